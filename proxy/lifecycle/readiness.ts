import { type Clock, sleep } from '../adapters/clock.ts';
import type { Log } from '../adapters/log.ts';
import type { ProbeResult, Prober } from '../adapters/prober.ts';
import type { Config, Probe } from '../config.ts';

const quickMs = 100;
const quickForMs = 10_000;
const tellEveryMs = 10_000;
/** The longest pause between two looks at what else may happen, such as giving back, whatever the probe's period. */
const stepMs = 1000;

/** How long until daps asks the app again: often at first, because most apps are ready soon. */
const intervalMs = (waitedMs: number, periodMs: number): number => (waitedMs < quickForMs ? quickMs : periodMs);

/**
 * Whether the app is ready: its probe says so, and its port accepts a connection. Only the app's own port says that the
 * app is gone, by refusing; a probe on another port may refuse while the app is well.
 */
export const isAppThere = async (
  { app, ready, readyProbeTimeoutMs }: Pick<Config, 'app' | 'ready' | 'readyProbeTimeoutMs'>,
  prober: Prober,
): Promise<ProbeResult> => {
  const result = await prober.probe(ready, readyProbeTimeoutMs);
  if (isOf(ready, app) || result.kind === 'not-ready') return result;
  const port = await prober.probe({ kind: 'tcp', host: app.host, port: app.port });
  if (port.kind !== 'ready' || result.kind === 'ready') return port;
  return { kind: 'not-ready', reason: 'nothing listens on the port of its probe' };
};

/** Whether the probe asks the app's own port. */
const isOf = (ready: Probe, app: Config['app']): boolean => {
  if (ready.kind !== 'http') return ready.host === app.host && ready.port === app.port;
  const { hostname, port, protocol } = ready.url;
  return hostname.replace(/^\[|\]$/g, '') === app.host && Number(port || usualPorts[protocol]) === app.port;
};

const usualPorts: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

export type NotReady = Exclude<ProbeResult, { kind: 'ready' }>;
type Answer = 'app-ready' | 'ready-timeout';

/**
 * Asks the app until it is ready or its time is over; returns undefined when the signal is aborted. `whileWaiting` gets
 * every "no". The timeout opens the gate only to an app that listens: daprd could do nothing with a closed port.
 */
export const untilReady = async (
  config: Pick<Config, 'app' | 'ready' | 'readyTimeoutMs' | 'readyProbeTimeoutMs' | 'readyProbePeriodMs'>,
  ports: { readonly prober: Prober; readonly clock: Clock; readonly log: Log },
  signal: AbortSignal,
  whileWaiting: (result: NotReady) => void,
): Promise<Answer | undefined> => {
  const { prober, clock, log } = ports;
  const { app, readyTimeoutMs } = config;
  const startedMs = clock.nowMs();
  let toldMs = startedMs;
  for (;;) {
    const askedMs = clock.nowMs();
    const result = await isAppThere(config, prober);
    const tookMs = clock.nowMs() - askedMs;
    if (signal.aborted) return undefined;
    if (result.kind === 'ready') return 'app-ready';
    const waitedMs = clock.nowMs() - startedMs;
    const reason = reasonOf(result);
    const isLate = readyTimeoutMs !== 'never' && waitedMs >= readyTimeoutMs;
    if (isLate && !(await prober.isRefused(app.host, app.port))) {
      if (signal.aborted) return undefined;
      log.warn({ waitedMs: Math.round(waitedMs), reason }, timeoutWords);
      return 'ready-timeout';
    }
    if (clock.nowMs() - toldMs >= tellEveryMs) {
      toldMs = clock.nowMs();
      log.info({ waitedMs: Math.round(waitedMs), reason }, 'the app is not ready yet: the gate stays closed');
    }
    const nowMs = clock.nowMs();
    const lateMs = readyTimeoutMs === 'never' || isLate ? Number.POSITIVE_INFINITY : startedMs + readyTimeoutMs;
    const pauseMs = Math.max(intervalMs(waitedMs, config.readyProbePeriodMs), tookMs);
    const againMs = Math.min(nowMs + pauseMs, Math.max(nowMs, lateMs));
    do {
      whileWaiting(result);
      if (signal.aborted) return undefined;
      await sleep(clock, Math.min(againMs - clock.nowMs(), stepMs), signal);
      if (signal.aborted) return undefined;
    } while (clock.nowMs() < againMs);
  }
};

const timeoutWords =
  'the app did not become ready in time, so daps opens the gate anyway. Does its readiness ask daprd for /v1.0/healthz? That waits for the app: ask /v1.0/healthz/outbound instead. Is it slow? Raise daps.io/ready-timeout.';

const reasonOf = (result: NotReady): string =>
  result.kind === 'refused' ? 'nothing listens on its port' : result.reason;
