import type { PodRecord } from './record.ts';
import type { Tone } from './terminal/paint.ts';

/** Something a newcomer should see. */
export interface Happening {
  readonly ms: number;
  readonly pod: string;
  readonly tone: Tone;
  readonly words: string;
}

type Told = Omit<Happening, 'pod'>;

/** What has happened to a pod so far, in the order in which it did. */
export const happeningsOf = (pod: PodRecord): readonly Happening[] =>
  [...ofDeployment(pod), ...ofApp(pod), ...ofDaprd(pod), ...ofSidecar(pod)]
    .map((told) => ({ ...told, pod: pod.name }))
    .sort((a, b) => a.ms - b.ms);

const at = (ms: number | undefined, tone: Tone, words: string): readonly Told[] =>
  ms === undefined ? [] : [{ ms, tone, words }];

const ofDeployment = ({ createdMs, deletedMs, goneMs, phases }: PodRecord): readonly Told[] => [
  ...at(createdMs, 'plain', 'is created; the app needs 2 s to boot, but listens at once'),
  ...at(
    deletedMs,
    'notice',
    phases.length > 0 ? 'is deleted: its hook tells daps first' : 'is deleted: app and daprd both get SIGTERM at once',
  ),
  ...at(goneMs, 'quiet', 'is gone'),
];

const ofApp = ({ readyMs, app, messages }: PodRecord): readonly Told[] => [
  ...at(readyMs, 'good', 'app is ready'),
  ...messages
    .filter(({ fate }) => fate === 'early')
    .map(({ id, fromMs }): Told => ({ ms: fromMs, tone: 'bad', words: `${id} comes before the app is ready: lost` })),
  ...at(app?.toMs, ...lastOf(messages)),
];

const lastOf = (messages: PodRecord['messages']): [Tone, string] => {
  const cut = messages.filter(({ fate }) => fate === 'cut').map(({ id }) => id);
  return cut.length === 0
    ? ['good', 'app ends, with no work in flight']
    : ['bad', `app ends in the middle of ${cut.join(', ')}: cut, and begun again elsewhere`];
};

const ofDaprd = ({ foundMs, readyMs, goneMs, daprd, messages }: PodRecord): readonly Told[] => {
  const isEarly = foundMs !== undefined && (readyMs === undefined || foundMs < readyMs);
  const back = messages.filter(({ fate }) => fate === 'handed-back').map(({ id }) => id);
  // What the broker gets back is known a moment after daprd has ended.
  const endMs = goneMs === undefined ? undefined : daprd?.toMs;
  return [
    ...at(
      foundMs,
      isEarly ? 'bad' : 'plain',
      isEarly ? 'daprd finds an open port and takes messages – too early' : 'daprd finds the app and takes messages',
    ),
    ...at(
      endMs,
      'quiet',
      back.length === 0 ? 'daprd ends' : `daprd ends; what it still held goes to other pods: ${back.join(', ')}`,
    ),
  ];
};

const phaseWords: Readonly<Record<string, string>> = {
  waiting: 'daps waits for the app; until then daprd finds no port',
  open: 'daps opens the gate',
  lingering: 'the app works on, because it stays for a while anyway',
  draining: 'daps holds new messages, the app finishes its own',
  drained: 'daps has seen the last answer: now the app may go',
};

const ofSidecar = ({ phases }: PodRecord): readonly Told[] =>
  phases.flatMap(({ phase, fromMs }) =>
    at(phaseWords[phase] === undefined ? undefined : fromMs, 'plain', phaseWords[phase] ?? ''),
  );
