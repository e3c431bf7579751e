import type { Clock } from './adapters/clock.ts';
import type { Daprd } from './adapters/daprd.ts';
import type { Log } from './adapters/log.ts';
import type { Prober } from './adapters/prober.ts';
import { runAppPreStop } from './app-pre-stop.ts';
import { routesQuestion } from './ask-for-routes.ts';
import { channelGate } from './channel/channel-gate.ts';
import { connectTo, openTo } from './channel/connect.ts';
import type { ChannelContext } from './channel/context.ts';
import { MemoryBudget } from './channel/memory/memory-budget.ts';
import { PastCuts } from './channel/past-cuts.ts';
import { Routes } from './channel/routes.ts';
import { Traffic } from './channel/traffic.ts';
import { type Config, isHttp1 } from './config.ts';
import { waitForAppShutdown, waitForShutdown } from './control/hooks.ts';
import { makeMetrics } from './control/metrics.ts';
import { MissingHook } from './control/missing-hook.ts';
import { OncePerStart } from './control/once-per-start.ts';
import { controlRoutes } from './control/routes.ts';
import { ControlServer } from './control/server.ts';
import { shared } from './control/shared.ts';
import type { HookTime } from './lifecycle/hook-time.ts';
import { Lifecycle } from './lifecycle/lifecycle.ts';
import type { LifecycleEvents } from './lifecycle/lifecycle-events.ts';
import { drainTimeMs } from './policy/drain-step.ts';

export interface Adapters {
  readonly clock: Clock;
  readonly log: Log;
  readonly prober: Prober;
  readonly daprd: Daprd;
}

/** A sidecar with all of its parts. */
export interface Sidecar {
  readonly lifecycle: Lifecycle;
  readonly traffic: Traffic;
  /** The kubelet has deleted the pod. */
  readonly podGoing: () => void;
  /** Opens the control port and begins to wait for the app. */
  readonly start: () => Promise<void>;
  /** Closes both ports and ends everything, for a process that goes on. */
  readonly stop: () => Promise<void>;
}

export const buildSidecar = async (config: Config, ports: Adapters): Promise<Sidecar> => {
  const metrics = makeMetrics();
  const traffic = new Traffic(metrics, ports.clock.nowMs);
  metrics.follow(traffic);
  const own = { appId: config.appId, namespace: config.namespace, healthPath: config.appHealthPath };
  const routes = new Routes(own, {
    nowMs: ports.clock.nowMs,
    after: ports.clock.after,
    askDaprd: routesQuestion(ports),
  });
  const context: ChannelContext = {
    connect: await connectTo(config.app),
    admit: (request) => lifecycle.admit(request),
    traffic,
    budget: new MemoryBudget(),
    pastCuts: new PastCuts(),
    incoming: (head) => routes.incoming(head),
    outlivesDaprd: config.redelivery === 'uncertain',
    replays: config.replays,
    appSuspected: (how) => lifecycle.appSuspected(how),
    note: (note) => lifecycle.note(note),
    after: ports.clock.after,
  };
  const preStop = (time: HookTime): Promise<void> => runAppPreStop(config.appPreStop, ports, time);
  const missingHook = new MissingHook(ports);
  const watch: LifecycleEvents = {
    phase: (phase) => {
      metrics.phase(phase);
      if (phase === 'stopping') missingHook.sidecarStops();
    },
    gateOpened: (waitedMs) => metrics.gateOpened(waitedMs),
    appDown: () => {
      metrics.appDown();
      appPreStop.appIsGone();
    },
    drained: (outcome, tookMs) => metrics.drained(outcome, tookMs),
  };
  const open = isHttp1(config.app.protocol) ? undefined : await openTo(config.app);
  const gate = channelGate(config.channelPort, context, open);
  const appPreStop = new OncePerStart(config, ports, preStop, () => lifecycle.phase === 'stopping');
  const lifecycle: Lifecycle = new Lifecycle(config, { ...ports, gate, watch, runAppPreStop: preStop }, traffic);
  const hook = { ...ports, lifecycle, departure: lifecycle.departure, drainTimeMs: drainTimeMs(config), appPreStop };
  const control = new ControlServer(
    controlRoutes({
      lifecycle,
      traffic,
      metrics: { contentType: metrics.contentType, text: shared(metrics.text) },
      clock: ports.clock,
      waitForAppShutdown: (caller) => {
        missingHook.hookCalled();
        return waitForAppShutdown(hook, caller);
      },
      waitForShutdown: (caller) => waitForShutdown(hook, caller),
    }),
  );
  return {
    lifecycle,
    traffic,
    podGoing: () => {
      const hasApp = missingHook.isExpected(lifecycle.phase, lifecycle.sinceMs);
      lifecycle.podGoing('the pod was deleted');
      if (hasApp && config.hasAppHook) void missingHook.podGoing();
    },
    start: async () => {
      await control.listen(config.controlPort);
      lifecycle.start();
    },
    stop: async () => {
      lifecycle.abandon();
      routes.stop();
      await gate.shut();
      gate.destroyAll();
      await control.close();
    },
  };
};
