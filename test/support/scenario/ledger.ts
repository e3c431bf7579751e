import type { EventFiles } from '../event-files.ts';
import { eventually } from '../eventually.ts';

/** A message that was handed to the broker, and when. */
export interface Published {
  readonly id: string;
  /** Where it was published; the binding, where it went through one. */
  readonly topic?: string;
  readonly t: number;
}

/** What an app says of itself and its messages. */
export interface AppEvent {
  readonly e: 'start' | 'finish' | 'refused' | 'dead' | 'ready' | 'sigterm' | 'published' | 'unpublished';
  readonly id?: string;
  readonly pod: string;
  /** One process; a restarted app is another one. */
  readonly run: number;
  readonly t: number;
}

/** What became of messages; ids, each of them once. */
export interface Ledger {
  readonly sent: readonly string[];
  readonly finished: readonly string[];
  /** Never finished by anybody, and no dead letter. */
  readonly lost: readonly string[];
  /** Finished twice or more. */
  readonly doubled: readonly string[];
  /** Begun, and not finished by the process that began. */
  readonly cut: readonly string[];
  /** Delivered as dead letters. */
  readonly dead: readonly string[];
  /** Delivered to an app that was not ready. */
  readonly early: readonly string[];
  /** Published by an app on its way out; those it could not publish. */
  readonly lastWords: { readonly published: readonly string[]; readonly failed: readonly string[] };
  /** Milliseconds from publishing a message to its first finish. */
  readonly handOver: { readonly p50: number; readonly p99: number; readonly longest: number };
}

const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;

/** Adds up what the apps wrote, in the order in which it happened, about the messages that were published. */
export const readLedger = (published: readonly Published[], events: readonly AppEvent[]): Ledger => {
  const ids = (e: AppEvent['e']): readonly string[] =>
    events.flatMap((event) => (event.e === e && event.id !== undefined ? [event.id] : []));
  const lastWords = { published: unique(ids('published')), failed: unique(ids('unpublished')) };

  const sentAt = new Map(published.map(({ id, t }) => [id, t]));
  for (const { e, id, t } of events) if (e === 'published' && id !== undefined) sentAt.set(id, t);
  const sent = [...sentAt.keys()];
  const dead = unique(ids('dead'));
  const finishes = new Map<string, AppEvent[]>();
  for (const event of events) {
    const { e, id } = event;
    if (e === 'finish' && id !== undefined && sentAt.has(id)) finishes.set(id, [...(finishes.get(id) ?? []), event]);
  }
  const took = [...finishes].map(([id, [first]]) => (first?.t ?? 0) - (sentAt.get(id) ?? 0)).sort((a, b) => a - b);
  return {
    sent,
    finished: [...finishes.keys()],
    lost: sent.filter((id) => !finishes.has(id) && !dead.includes(id)),
    doubled: [...finishes].filter(([, times]) => times.length > 1).map(([id]) => id),
    cut: cutIn(events),
    dead,
    early: unique(ids('refused')),
    lastWords,
    handOver: { p50: percentile(took, 0.5), p99: percentile(took, 0.99), longest: percentile(took, 1) },
  };
};

const unique = (ids: readonly string[]): readonly string[] => [...new Set(ids)];

const cutIn = (events: readonly AppEvent[]): readonly string[] => {
  const open = new Map<string, string>();
  for (const { e, id = '', pod, run } of events) {
    const key = `${pod} ${run} ${id}`;
    if (e === 'start') open.set(key, id);
    if (e === 'finish') open.delete(key);
  }
  return unique([...open.values()]);
};

/** Waits until every message is finished, or until nothing has happened for a while: what is missing then is lost. */
export const settled = async (
  published: readonly Published[],
  files: EventFiles,
  quietMs = 30_000,
  timeoutMs = 120_000,
): Promise<Ledger> => {
  const deadlineMs = performance.now() + timeoutMs;
  let last = -1;
  let since = performance.now();
  let ledger = readLedger(published, []);
  const isSettled = (): boolean => {
    const events = files.read();
    const nowMs = performance.now();
    if (events.length !== last) {
      ledger = readLedger(published, events);
      since = nowMs;
      last = events.length;
    }
    return ledger.lost.length === 0 || nowMs - since > quietMs || nowMs > deadlineMs;
  };
  await eventually('every message is finished, or lost', isSettled, Number.POSITIVE_INFINITY);
  return ledger;
};
