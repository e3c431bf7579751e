import type { Config } from '../config.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { ProbeResult, Prober } from '../ports/prober.ts';

const quickMs = 100;
const quickForMs = 10_000;
const slowMs = 1000;
const tellEveryMs = 10_000;

/** How long until the app is asked again: often at first, because most apps are ready soon. */
const intervalMs = (waitedMs: number): number => (waitedMs < quickForMs ? quickMs : slowMs);

export type NotReady = Exclude<ProbeResult, { kind: 'ready' }>;
type Answer = 'app-ready' | 'ready-timeout';

/**
 * Asks the app until it is ready or its time is over. `isOver` ends it early, and `whileWaiting` gets every "no". The
 * timeout opens the gate only to an app that listens: to let daprd meet a closed port helps nobody.
 */
export const untilReady = async (
  { app, ready, readyTimeoutMs }: Pick<Config, 'app' | 'ready' | 'readyTimeoutMs'>,
  ports: { readonly prober: Prober; readonly clock: Clock; readonly log: Log },
  isOver: () => boolean,
  whileWaiting: (result: NotReady) => void,
): Promise<Answer | undefined> => {
  const { prober, clock, log } = ports;
  const startedMs = clock.nowMs();
  let toldMs = startedMs;
  for (;;) {
    const result = await prober.probe(ready);
    if (isOver()) return undefined;
    if (result.kind === 'ready') return 'app-ready';
    const waitedMs = clock.nowMs() - startedMs;
    const reason = reasonOf(result);
    const isLate = readyTimeoutMs !== 'never' && waitedMs >= readyTimeoutMs;
    if (isLate && !(await prober.isRefused(app.host, app.port))) {
      if (isOver()) return undefined;
      log.warn({ waitedMs: Math.round(waitedMs), reason }, timeoutWords);
      return 'ready-timeout';
    }
    if (clock.nowMs() - toldMs >= tellEveryMs) {
      toldMs = clock.nowMs();
      log.info({ waitedMs: Math.round(waitedMs), reason }, 'the app is not ready yet: daprd is not let in');
    }
    whileWaiting(result);
    if (isOver()) return undefined;
    await new Promise<void>((resolve) => {
      clock.after(intervalMs(waitedMs), resolve);
    });
    if (isOver()) return undefined;
  }
};

const timeoutWords =
  'the app did not become ready in time, so daprd is let in all the same. Does its readiness ask daprd for /v1.0/healthz? That waits for the app: ask /v1.0/healthz/outbound instead. Is it slow? Raise daps.io/ready-timeout.';

const reasonOf = (result: NotReady): string =>
  result.kind === 'refused' ? 'nothing listens on its port' : result.reason;
