import { meshLingerMs } from '../../support/pod/mesh.ts';
import type { RowFacts } from '../../support/scenario/never-worse.ts';
import { type Column, isComponent, type Played, type Scenario } from '../../support/scenario/scenario.ts';

/** A scenario and what is expected of it with daps: nothing lost, doubled, cut, or delivered too early. */
export interface Case extends Scenario {
  /** All, if nothing is said. */
  readonly columns?: readonly Column[];
  /** What an app has in hand when it is killed is cut by definition, and must be finished once by somebody. */
  readonly mayCut?: boolean;
  /** What is lost is a documented limit, or its broker does not deliver again: plain Dapr's figure is the bar. */
  readonly mayLose?: boolean;
  /** A queue piles up in it: how long a message waits there is the machine's, and is not compared. */
  readonly hasQueue?: true;
  /** Cannot be played where pods share this machine's network. */
  readonly needsNamespaces?: true;
  /** The app's requests are passed on unread: none is held, and what is lost, doubled or cut is compared with plain Dapr's. */
  readonly isUnread?: boolean;
  readonly check?: (played: Played, column: Column) => void;
  /** What it stands for in a sample of its group; itself, if nothing is said. */
  readonly kinds?: readonly string[];
}

const unreadChance = 6;

const preStopDelayS = 1;

/** A pure subscriber's setting: nobody calls it, so it need not serve long after its pod was deleted. */
export const ready = { 'daps.io/pre-stop-delay': `${preStopDelayS}s` };

/** What daps may need time for in a scenario. */
export const factsOf = ({ app, pubsub, hasQueue, mayCut = false, isUnread = false, isInMesh }: Case): RowFacts => {
  const ms = (name: string): number => Number(app[name] ?? 0);
  const workMs = Math.max(ms('WORK_MS'), ms('BATCH_MS'), ms('FLUSH_MS')) + ms('AFTER_MS');
  const meshMs = isInMesh === true ? meshLingerMs : 0;
  const deafMs = app['IGNORE_SIGTERM'] === undefined ? 0 : gracePeriodMs;
  const chance = isUnread ? unreadChance : 0;
  return {
    workMs,
    outlivedMs: meshMs + deafMs + ms('PUBLISH_ON_SIGTERM'),
    redeliverMs: hasQueue === true ? Number.POSITIVE_INFINITY : redeliverMsOf(pubsub),
    keptMs: preStopDelayS * 1000,
    isKilled: mayCut,
    chance,
  };
};

/** Kubernetes' own. */
const gracePeriodMs = 30_000;

/** Redis gives again what it has not heard of for processingTimeout, for which it looks every redeliverInterval. */
const redeliverMsOf = (pubsub: Scenario['pubsub']): number => {
  if (!isComponent(pubsub)) return 0;
  const ms = (name: string): number => Number(pubsub.spec.metadata.find((one) => one.name === name)?.value ?? 0);
  return ms('processingTimeout') + ms('redeliverInterval');
};

/** The user's own, which daps never switches on. Three seconds of "unhealthy" end a subscription. */
export const healthCheck = {
  'dapr.io/enable-app-health-check': 'true',
  'dapr.io/app-health-probe-interval': '1',
  'dapr.io/app-health-probe-timeout': '900',
  'dapr.io/app-health-threshold': '3',
};

export const dapsOnly: readonly Column[] = ['daps, injector', 'daps, inline'];

export const rollout: Scenario['act'] = ({ rollout: replaceAll }) => replaceAll();

export const rollouts =
  (count: number): Scenario['act'] =>
  async (stage) => {
    for (let round = 0; round < count; round += 1) await rollout(stage);
  };

/** The app of the first pod is killed, and so many messages are finished after that. */
export const killApp =
  (thenFinished: number): Scenario['act'] =>
  async ({ pods, finished }) => {
    pods[0]?.kill('app');
    await finished(thenFinished);
  };
