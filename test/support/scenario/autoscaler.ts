import { setTimeout as delay } from 'node:timers/promises';

/** What KEDA reads and writes, and how its HPA is set up. */
export interface Scaled {
  /** Messages that wait in the queue, without those that were delivered: what KEDA's RabbitMQ scaler asks for. */
  readonly queueLength: () => Promise<number>;
  readonly replicas: () => number;
  readonly scaleTo: (replicas: number) => void;
  /** `value` of the trigger: messages for each replica. */
  readonly perReplica: number;
  readonly min: number;
  readonly max: number;
  /** 15 s in a cluster. */
  readonly everyMs: number;
  /** Nobody goes before fewer were wanted for this long; 300 s in a cluster. */
  readonly stabilizationMs: number;
}

/** An HPA at work: up at once, down to the most that was wanted of late. Ends with its signal. */
export const autoscale = async (scaled: Scaled, signal: AbortSignal): Promise<void> => {
  const { queueLength, replicas, scaleTo, perReplica, min, max, everyMs, stabilizationMs } = scaled;
  let wanted: { readonly count: number; readonly atMs: number }[] = [];
  while (!signal.aborted) {
    const count = Math.min(max, Math.max(min, Math.ceil((await queueLength()) / perReplica)));
    const atMs = performance.now();
    wanted = [...wanted.filter((one) => atMs - one.atMs < stabilizationMs), { count, atMs }];
    const most = Math.max(...wanted.map((one) => one.count));
    if (count > replicas()) scaleTo(count);
    else if (most < replicas()) scaleTo(most);
    await delay(everyMs, undefined, { signal }).catch(() => undefined);
  }
};
