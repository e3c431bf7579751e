import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Traffic, TrafficObserver } from '../channel/traffic.ts';
import type { LifecycleEvents } from '../lifecycle/lifecycle-events.ts';
import { requestKinds } from '../policy/classify.ts';
import { phases } from '../policy/phase.ts';

export interface Metrics extends TrafficObserver, LifecycleEvents {
  readonly contentType: string;
  readonly text: () => Promise<string>;
  /** Adds gauges that read the traffic at each scrape. */
  readonly follow: (traffic: Traffic) => void;
}

const seconds = (ms: number): number => ms / 1000;

/** The sidecar's metrics in Prometheus' text format, and Node's own. */
export const makeMetrics = (): Metrics => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const phase = new Gauge({
    name: 'daps_phase',
    help: '1 for the phase the pod is in',
    labelNames: ['phase'],
    registers,
  });
  /** Counts every request here: prom-client finds a labeled counter by a text that it makes from the labels. */
  const ended = new Map(requestKinds.map((kind) => [kind, new Map<number | 'none', number>()]));
  new Counter({
    name: 'daps_requests_total',
    help: "Requests of daprd's, by kind and by the status they ended with (none: without an answer)",
    labelNames: ['kind', 'code'],
    registers,
    collect() {
      this.reset();
      for (const [kind, byCode] of ended) for (const [code, count] of byCode) this.inc({ kind, code }, count);
    },
  });
  const replayed = new Counter({
    name: 'daps_replayed_total',
    help: 'Deliveries that an app crash cut and that were sent to the app again',
    registers,
  });
  const unclear = new Counter({
    name: 'daps_unclear_answers_total',
    help: 'Answers of the app that are malformed, or followed by bytes that belong to none',
    registers,
  });
  const gateWait = new Gauge({
    name: 'daps_gate_wait_seconds',
    help: 'How long the app took to become ready, the last time',
    registers,
  });
  const drain = new Histogram({
    name: 'daps_drain_seconds',
    help: "From the pod's deletion until its app could go",
    buckets: [1, 2.5, 5, 10, 20, 30, 60, 120, 300, 600],
    registers,
  });
  const drains = new Counter({
    name: 'daps_drains_total',
    help: 'Drains by outcome',
    labelNames: ['outcome'],
    registers,
  });
  const appDown = new Counter({ name: 'daps_app_down_total', help: 'How often the app stopped listening', registers });
  for (const name of phases) phase.set({ phase: name }, name === 'waiting' ? 1 : 0);
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    follow: (traffic) => {
      new Gauge({
        name: 'daps_in_flight',
        help: 'Requests in flight, by kind',
        labelNames: ['kind'],
        registers,
        collect() {
          for (const kind of requestKinds) this.set({ kind }, traffic.inFlight(kind));
        },
      });
      new Gauge({
        name: 'daps_open_streams',
        help: 'HTTP/2 requests in flight, which daps passes unread',
        registers,
        collect() {
          this.set(traffic.openStreams);
        },
      });
      new Gauge({
        name: 'daps_held',
        help: 'Requests that wait in the sidecar',
        registers,
        collect() {
          this.set(traffic.heldCount);
        },
      });
    },
    ended: (kind, ending) => {
      const code = ending.by === 'nobody' ? 'none' : ending.status;
      const byCode = ended.get(kind);
      byCode?.set(code, (byCode.get(code) ?? 0) + 1);
    },
    replayed: () => replayed.inc(),
    unclear: () => unclear.inc(),
    phase: (now) => {
      for (const name of phases) phase.set({ phase: name }, name === now ? 1 : 0);
    },
    gateOpened: (waitedMs) => gateWait.set(seconds(waitedMs)),
    appDown: () => appDown.inc(),
    drained: (outcome, tookMs) => {
      drains.inc({ outcome });
      drain.observe(seconds(tookMs));
    },
  };
};
