/**
 * The control plane:
 *
 *   GET  /livez              200 while the process runs
 *   GET  /readyz             200 while the app is let in, 503 else
 *   GET  /metrics            Prometheus text
 *   GET  /daps/status        the phase and what is in flight, as JSON
 *   GET  /daps/app-shutdown  the app's preStop hook: answers when the app may be stopped
 *   GET  /daps/container-shutdown  the same for a container beside the app
 *
 * Any pod of the cluster may ask: nothing here begins or ends anything.
 */
import { kinds } from '../channel/classify.ts';
import type { Traffic } from '../channel/traffic.ts';
import { paths } from '../contract.ts';
import type { Lifecycle } from '../lifecycle/lifecycle.ts';
import type { Clock } from '../ports/clock.ts';
import { type Answer, json, plainText } from './answer.ts';
import type { HookEnd } from './hooks.ts';
import type { Metrics } from './metrics.ts';
import type { Caller, Route } from './server.ts';

export interface ControlParts {
  readonly lifecycle: Pick<Lifecycle, 'phase' | 'sinceMs'>;
  readonly traffic: Traffic;
  readonly metrics: Pick<Metrics, 'contentType' | 'text'>;
  readonly clock: Clock;
  /** Undefined for a caller who has gone. */
  readonly waitForAppShutdown: (caller: Caller) => Promise<HookEnd | undefined>;
  readonly waitForShutdown: (caller: Caller) => Promise<HookEnd | undefined>;
}

export const controlRoutes = (parts: ControlParts): Route => {
  const routes = new Map<string, (caller: Caller) => Answer | Promise<Answer | undefined>>([
    [paths.livez, () => plainText(200, 'ok\n')],
    [paths.readyz, () => ready(parts)],
    [paths.metrics, () => metrics(parts)],
    [paths.status, () => status(parts)],
    [paths.appShutdown, (caller) => hook(parts.waitForAppShutdown(caller))],
    [paths.containerShutdown, (caller) => hook(parts.waitForShutdown(caller))],
  ]);
  return ({ method, path }, caller) => {
    const route = method === 'GET' || method === 'HEAD' ? routes.get(path) : undefined;
    return route === undefined ? plainText(404, 'not here\n') : route(caller);
  };
};

const ready = ({ lifecycle: { phase } }: ControlParts): Answer => plainText(phase === 'open' ? 200 : 503, `${phase}\n`);

const metrics = async ({ metrics: { contentType, text } }: ControlParts): Promise<Answer> => ({
  status: 200,
  type: contentType,
  body: await text(),
});

const status = ({ lifecycle, traffic, clock }: ControlParts): Answer =>
  json({
    phase: lifecycle.phase,
    sinceSeconds: Math.round((clock.nowMs() - lifecycle.sinceMs) / 1000),
    inFlight: Object.fromEntries(kinds.map((kind) => [kind, traffic.inFlight(kind)])),
    held: traffic.heldCount,
    replayed: traffic.replayedCount,
  });

const hook = async (wait: Promise<HookEnd | undefined>): Promise<Answer | undefined> => {
  const end = await wait;
  return end === undefined ? undefined : plainText(200, `${end}\n`);
};
