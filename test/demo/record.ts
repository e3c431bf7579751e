import { existsSync, readFileSync } from 'node:fs';
import { containerName } from '../../proxy/contract/names.ts';
import type { Pod } from '../support/pod/pod.ts';
import type { HandedBack } from './stand-in/queue.ts';
import { daprdNames } from './world.ts';

/** What the rollout notes of a pod while it goes on. Times are milliseconds since 1970. */
export interface PodNotes {
  readonly name: string;
  readonly hasSidecar: boolean;
  readonly eventsFile: string;
  readonly createdMs: number;
  pod?: Pod;
  /** Its daprd had found "the app". */
  foundMs?: number;
  deletedMs?: number;
  goneMs?: number;
}

export interface Span {
  readonly fromMs: number;
  /** Undefined while it lasts. */
  readonly toMs: number | undefined;
}

/** "early" was answered 404 by an app that had not booted; "handed-back" was held by daps and never begun. */
export type Fate = 'working' | 'finished' | 'cut' | 'early' | 'handed-back';

export interface MessageRecord extends Span {
  readonly id: string;
  readonly fate: Fate;
}

export interface PhaseRecord {
  readonly phase: string;
  readonly fromMs: number;
}

/** A pod's whole life; times are milliseconds since the column began. */
export interface PodRecord {
  readonly name: string;
  readonly createdMs: number;
  readonly readyMs: number | undefined;
  readonly foundMs: number | undefined;
  readonly deletedMs: number | undefined;
  readonly goneMs: number | undefined;
  readonly app: Span | undefined;
  readonly daprd: Span | undefined;
  /** Of the sidecar; none where there is no sidecar. */
  readonly phases: readonly PhaseRecord[];
  readonly messages: readonly MessageRecord[];
}

/** What the app writes into its file (test/support/programs/subscriber.ts). */
interface AppEvent {
  readonly e: 'start' | 'finish' | 'refused' | 'ready' | 'sigterm';
  readonly id?: string;
  readonly t: number;
}

/** Puts together what the processes of a pod have written so far. */
export const recordOf = (notes: PodNotes, handedBack: readonly HandedBack[], startMs: number): PodRecord => {
  const since = (ms: number | undefined): number | undefined => (ms === undefined ? undefined : ms - startMs);
  const events = readAppEvents(notes.eventsFile);
  const app = spanOf(notes.pod, ['app'], startMs);
  return {
    name: notes.name,
    createdMs: notes.createdMs - startMs,
    readyMs: since(events.find(({ e }) => e === 'ready')?.t),
    foundMs: since(notes.foundMs),
    deletedMs: since(notes.deletedMs),
    goneMs: since(notes.goneMs),
    app,
    daprd: spanOf(notes.pod, daprdNames, startMs),
    phases: phasesOf(notes, startMs),
    messages: messagesOf(
      events.map((event) => ({ ...event, t: event.t - startMs })),
      handedBack
        .filter(({ pod }) => pod === notes.name)
        .map((one) => ({ ...one, handedMs: one.handedMs - startMs, backMs: one.backMs - startMs })),
      app?.toMs,
    ),
  };
};

const readAppEvents = (file: string): readonly AppEvent[] =>
  existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as AppEvent)
    : [];

const spanOf = (pod: Pod | undefined, names: readonly string[], startMs: number): Span | undefined => {
  const events = pod?.events.filter(({ container }) => names.includes(container)) ?? [];
  const from = events.find(({ what }) => what === 'started');
  const to = events.find(({ what }) => what === 'exited');
  if (from === undefined) return undefined;
  return { fromMs: from.t - startMs, toMs: to === undefined ? undefined : to.t - startMs };
};

/** The sidecar's log: each change of phase is a line of JSON, here behind the time at which it was read. */
const phasesOf = ({ pod, hasSidecar }: PodNotes, startMs: number): readonly PhaseRecord[] =>
  (hasSidecar ? (pod?.log(containerName) ?? []) : []).flatMap((line) => {
    const json = line.indexOf('{');
    if (json < 0) return [];
    const { phase, time } = JSON.parse(line.slice(json)) as { phase?: string; time: string };
    return phase === undefined ? [] : [{ phase, fromMs: Date.parse(time) - startMs }];
  });

const messagesOf = (
  events: readonly AppEvent[],
  handedBack: readonly HandedBack[],
  appEndMs: number | undefined,
): readonly MessageRecord[] => {
  const messages: MessageRecord[] = [];
  const finishes = new Map(events.filter(({ e }) => e === 'finish').map(({ id, t }) => [id, t]));
  const begun = new Set<string>();
  for (const { e, id = '', t } of events) {
    if (e === 'refused') messages.push({ id, fate: 'early', fromMs: t, toMs: t });
    if (e !== 'start') continue;
    begun.add(id);
    const finishedMs = finishes.get(id);
    const toMs = finishedMs ?? appEndMs;
    const fate = finishedMs !== undefined ? 'finished' : appEndMs !== undefined ? 'cut' : 'working';
    messages.push({ id, fate, fromMs: t, toMs });
  }
  for (const { id, handedMs, backMs } of handedBack) {
    if (!begun.has(id)) messages.push({ id, fate: 'handed-back', fromMs: handedMs, toMs: backMs });
  }
  return messages.sort((a, b) => a.fromMs - b.fromMs);
};
