import type { AppEvent, Ledger, Published } from './ledger.ts';

/** What became of the messages of a ledger that is not as it should be. Times count from the first of these messages. */
export interface MessageWays {
  /** How many messages were lost, doubled, cut or delivered too early. */
  readonly counts: string;
  /** One line a message: when it was published, and which app did what with it. */
  readonly ways: readonly string[];
  /** The pods that had one of them. */
  readonly pods: ReadonlySet<string>;
  /** The first of these messages, in ms since the epoch. */
  readonly zeroMs: number;
  /** A moment (ms since the epoch) as these lines give it: `+1.25`, in seconds. */
  readonly at: (ms: number) => string;
}

const mostWays = 3;

/** Why messages became what they may not: their way from app to app. Undefined where all is well. */
export const messageWays = (
  { lost, doubled, cut, early }: Pick<Ledger, 'lost' | 'doubled' | 'cut' | 'early'>,
  published: readonly Published[],
  appEvents: readonly AppEvent[],
  shortOf: (pod: string) => string = (pod) => pod,
): MessageWays | undefined => {
  const ids = new Set([...lost, ...doubled, ...cut, ...early]);
  if (ids.size === 0) return undefined;
  const sent = published.filter(({ id }) => ids.has(id));
  const their = appEvents.filter(({ id }) => id !== undefined && ids.has(id));
  const zeroMs = Math.min(...[...sent, ...their].map(({ t }) => t));
  const at = (ms: number): string => `+${((ms - zeroMs) / 1000).toFixed(2)}`;
  const all = [...ids].map((id) => {
    const steps = their
      .filter((event) => event.id === id)
      .map(({ e, pod, run, t }) => `${e} ${shortOf(pod)}/${run} ${at(t)}`);
    const sentMs = sent.find((one) => one.id === id)?.t;
    return `${id}: ${[sentMs === undefined ? 'never sent' : `sent ${at(sentMs)}`, ...steps].join(', ')}`;
  });
  return {
    counts: `${lost.length} lost, ${doubled.length} doubled, ${cut.length} cut, ${early.length} unready`,
    ways: all.length <= mostWays ? all : [...all.slice(0, mostWays - 1), '…', all.at(-1) ?? ''],
    pods: new Set(their.map(({ pod }) => pod)),
    zeroMs,
    at,
  };
};
