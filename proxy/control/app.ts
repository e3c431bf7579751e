/**
 * The control plane:
 *
 *   GET  /livez              200 while the process runs
 *   GET  /readyz             200 while the app is let in, 503 else
 *   GET  /metrics            Prometheus text
 *   GET  /daps/status        the phase and what is in flight, as JSON
 *   GET  /daps/app-shutdown  the app's preStop hook: answers when the app may be stopped
 *   GET  /daps/container-shutdown  the same for a container beside the app
 *   POST /daps/self-shutdown the sidecar's preStop hook: the pod is going; from loopback only
 */
import express, { type Express, type Request, type Response } from 'express';
import { kinds } from '../channel/classify.ts';
import type { Traffic } from '../channel/traffic.ts';
import { paths } from '../contract.ts';
import type { Lifecycle } from '../lifecycle/lifecycle.ts';
import type { Clock } from '../ports/clock.ts';
import type { HookEnd } from './hooks.ts';
import type { Metrics } from './metrics.ts';

export interface ControlParts {
  readonly lifecycle: Lifecycle;
  readonly traffic: Traffic;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly waitForAppShutdown: () => Promise<HookEnd>;
  readonly waitForShutdown: () => Promise<HookEnd>;
  /** The kubelet has told the sidecar that the pod is going. */
  readonly podGoing: () => void;
}

/** The kubelet calls once or twice; anybody in the cluster may call, so that no more than these wait at a time. */
const maxWaitingHooks = 64;

export const controlApp = (parts: ControlParts): Express => {
  const { lifecycle, traffic, metrics, clock } = parts;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('trust proxy', false);
  let waitingHooks = 0;

  app.get(paths.livez, (_, response) => {
    response.type('text/plain').send('ok\n');
  });

  app.get(paths.readyz, (_, response) => {
    const isOpen = lifecycle.phase === 'open';
    response
      .status(isOpen ? 200 : 503)
      .type('text/plain')
      .send(`${lifecycle.phase}\n`);
  });

  app.get(paths.metrics, async (_, response) => {
    response.set('Content-Type', metrics.contentType).send(await metrics.text());
  });

  app.get(paths.status, (_, response) => {
    response.json({
      phase: lifecycle.phase,
      sinceSeconds: Math.round((clock.nowMs() - lifecycle.sinceMs) / 1000),
      inFlight: Object.fromEntries(kinds.map((kind) => [kind, traffic.inFlight(kind)])),
      held: traffic.heldCount,
      replayed: traffic.replayedCount,
    });
  });

  const hook = (wait: () => Promise<HookEnd>) => async (_: Request, response: Response) => {
    if (waitingHooks >= maxWaitingHooks) {
      response.status(429).type('text/plain').send(`${maxWaitingHooks} hooks wait already\n`);
      return;
    }
    waitingHooks += 1;
    try {
      const end = await wait();
      response.type('text/plain').send(`${end}\n`);
    } finally {
      waitingHooks -= 1;
    }
  };
  app.get(paths.appShutdown, hook(parts.waitForAppShutdown));
  app.get(paths.containerShutdown, hook(parts.waitForShutdown));

  app.post(paths.selfShutdown, (request: Request, response: Response) => {
    if (!isLoopback(request.socket.remoteAddress)) {
      response.status(403).type('text/plain').send('only from within the pod, over loopback\n');
      return;
    }
    parts.podGoing();
    response.status(202).type('text/plain').send(`${lifecycle.phase}\n`);
  });

  app.use((_, response) => {
    response.status(404).type('text/plain').send('not here\n');
  });
  return app;
};

/** The peer of the connection itself; no header is asked. */
const isLoopback = (address: string | undefined): boolean =>
  address === '::1' || /^(::ffff:)?127\.\d+\.\d+\.\d+$/.test(address ?? '');
