/**
 * The control plane:
 *
 *   GET  /livez              200 while the process runs
 *   GET  /readyz             200 in phase open, 503 otherwise
 *   GET  /metrics            Prometheus text
 *   GET  /daps/status        the phase and what is in flight, as JSON
 *   GET  /daps/app-shutdown  the app's preStop hook: answers when the app may stop
 *   GET  /daps/container-shutdown  the same for a container beside the app
 *
 * Any pod of the cluster may ask: no route begins or ends anything.
 */
import type { RequestListener } from 'node:http';
import type { Express, NextFunction, Request, Response } from 'express';
import type { Clock } from '../adapters/clock.ts';
import type { Traffic } from '../channel/traffic.ts';
import { paths } from '../contract/names.ts';
import type { Lifecycle } from '../lifecycle/lifecycle.ts';
import { requestKinds } from '../policy/classify.ts';
import type { Caller, HookEnd } from './hooks.ts';
import type { Metrics } from './metrics.ts';

export interface ControlParts {
  readonly lifecycle: Pick<Lifecycle, 'phase' | 'sinceMs'>;
  readonly traffic: Traffic;
  readonly metrics: Pick<Metrics, 'contentType' | 'text'>;
  readonly clock: Clock;
  /** Undefined for a caller who has gone. */
  readonly waitForAppShutdown: (caller: Caller) => Promise<HookEnd | undefined>;
  readonly waitForShutdown: (caller: Caller) => Promise<HookEnd | undefined>;
}

/**
 * The routes. Express is loaded with the first request: it takes 1 MB of memory, and many pods get no request at all.
 */
export const controlRoutes = (parts: ControlParts): RequestListener => {
  let loading: Promise<Express> | undefined;
  return (request, response) => {
    loading ??= expressRoutes(parts);
    void loading.then((app) => app(request, response));
  };
};

const expressRoutes = async (parts: ControlParts): Promise<Express> => {
  const { default: express } = await import('express');
  const { lifecycle, traffic, metrics, clock } = parts;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', false);

  app.get(paths.livez, (_, response) => {
    tell(response, 200, 'ok');
  });

  app.get(paths.readyz, (_, response) => {
    tell(response, lifecycle.phase === 'open' ? 200 : 503, lifecycle.phase);
  });

  app.get(paths.metrics, async (_, response) => {
    const text = await metrics.text();
    response.set('Content-Type', metrics.contentType).send(text);
  });

  app.get(paths.status, (_, response) => {
    response.json({
      phase: lifecycle.phase,
      sinceSeconds: Math.round((clock.nowMs() - lifecycle.sinceMs) / 1000),
      inFlight: Object.fromEntries(requestKinds.map((kind) => [kind, traffic.inFlight(kind)])),
      held: traffic.heldCount,
      replayed: traffic.replayedCount,
    });
  });

  app.get(paths.appShutdown, hook(parts.waitForAppShutdown));
  app.get(paths.containerShutdown, hook(parts.waitForShutdown));

  app.use((_, response) => {
    tell(response, 404, 'not here');
  });
  // Express' own handler would answer with a stack trace.
  app.use((_error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    tell(response, 500, 'internal error');
  });
  return app;
};

const tell = (response: Response, status: number, words: string): void => {
  response.status(status).type('text/plain; charset=utf-8').send(`${words}\n`);
};

const hook =
  (wait: (caller: Caller) => Promise<HookEnd | undefined>) =>
  async (_: Request, response: Response): Promise<void> => {
    const end = await wait({
      onGone: (call) => {
        if (response.destroyed) call();
        else response.once('close', call);
      },
    });
    if (end !== undefined) tell(response, 200, end);
  };
