import type { V1Pod } from '@kubernetes/client-node';
import { eventually } from '../../support/eventually.ts';
import { seedFor } from '../../support/sample.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { clusterMs, isReady, killContainer, type Namespace, statusesOf } from '../cluster.ts';
import type { Release } from '../release.ts';

/** An app under load. */
export interface Stage {
  readonly namespace: Namespace;
  readonly release: Release;
  readonly app: string;
  /** How often a row is to do something that it would do this often; plain Dapr shows its losses sooner. */
  readonly times: (full: number) => number;
  /** What the chart gives the app. */
  readonly env: Readonly<Record<string, string>>;
  /** Waits until apps have begun as many messages more as come in so many seconds. */
  readonly flow: (seconds: number) => Promise<void>;
}

export const replicas = 3;
const random = seededRandom(seedFor('the lab'));

/** Something that happens to an app under load. */
export interface Row {
  readonly name: string;
  /**
   * `pods`: pods go as Kubernetes lets them go, and the grace period covers their work. `app`: a process is killed; its
   * work is cut by definition, and finished by another. `sidecar`: what daps or daprd had in hand is lost to daprd.
   */
  readonly ends: 'pods' | 'app' | 'sidecar';
  readonly isForLongWork: boolean;
  readonly act: (stage: Stage) => Promise<void>;
}

const rolledOut = ({ namespace, app }: Stage): Promise<void> => namespace.rolledOut(app);

/** One of the ready pods, when there are two: without another one nobody could take over. */
const aReadyPod = async ({ namespace, app }: Stage): Promise<V1Pod> => {
  let pods: readonly V1Pod[] = [];
  await eventually(
    `two pods of ${app} are ready`,
    async () => {
      pods = await namespace.readyPods(app);
      return pods.length >= 2;
    },
    clusterMs,
  );
  return pods[Math.floor(random() * pods.length)] as V1Pod;
};

const neverReady = 'NEVER_READY';

const nameOf = (pod: V1Pod): string => pod.metadata?.name ?? '';

/** Asks one pod's app for something that it does not live to answer, or says nothing about. */
const tell = (pod: V1Pod, path: string): void => {
  const url = `http://${pod.status?.podIP}:8080${path}`;
  fetch(url, { method: 'POST', signal: AbortSignal.timeout(30_000) }).catch(() => undefined);
};

const restartsOf = (pod: V1Pod, container: string): number =>
  statusesOf(pod).find(({ name }) => name === container)?.restartCount ?? 0;

/** Until a container of this pod has been started again and the pod is Ready. */
const restarted = async ({ namespace, app }: Stage, was: V1Pod, container: string): Promise<void> => {
  const isBack = async (): Promise<boolean> => {
    const pod = (await namespace.pods(app)).find((one) => nameOf(one) === nameOf(was));
    return pod !== undefined && restartsOf(pod, container) > restartsOf(was, container) && isReady(pod);
  };
  await eventually(`${container} of ${nameOf(was)} is back`, isBack, clusterMs);
};

/** Until others are Ready in the place of these pods. */
const replaced = async ({ namespace, app }: Stage, pods: readonly V1Pod[]): Promise<void> => {
  const old = pods.map(nameOf);
  const isSo = async (): Promise<boolean> =>
    (await namespace.readyPods(app)).filter((pod) => !old.includes(nameOf(pod))).length >= replicas;
  await eventually(`${old.join(', ')} are replaced`, isSo, clusterMs);
};

/** Until a container runs that the chart has told never to be ready. */
const neverReadyRuns = async ({ namespace, app }: Stage): Promise<void> => {
  const isSo = async (): Promise<boolean> =>
    (await namespace.pods(app)).some(
      (pod) =>
        pod.spec?.containers.some(({ env = [] }) => env.some((one) => one.name === neverReady)) &&
        statusesOf(pod).some(({ name, state }) => name === 'app' && state?.running !== undefined),
    );
  await eventually(`a pod of ${app} that is never ready runs`, isSo, clusterMs);
};

const kill = async (stage: Stage, path: string): Promise<void> => {
  const pod = await aReadyPod(stage);
  tell(pod, path);
  await restarted(stage, pod, 'app');
};

export const rows: readonly Row[] = [
  {
    name: 'rollout of 3 replicas, again and again',
    ends: 'pods',
    isForLongWork: true,
    act: async (stage) => {
      for (let times = 0; times < stage.times(10); times += 1) {
        await stage.namespace.restart(stage.app);
        await rolledOut(stage);
        await stage.flow(1);
      }
    },
  },
  {
    name: 'scale 1 → 5 → 1, again and again',
    ends: 'pods',
    isForLongWork: true,
    act: async (stage) => {
      for (let times = 0; times < stage.times(5); times += 1) {
        for (const size of [1, 5]) {
          await stage.namespace.scale(stage.app, size);
          await rolledOut(stage);
          await stage.flow(2);
        }
      }
      await stage.namespace.scale(stage.app, 1);
      await rolledOut(stage);
      await stage.namespace.scale(stage.app, replicas);
      await rolledOut(stage);
    },
  },
  {
    name: 'a pod is evicted, as from a node that is drained',
    ends: 'pods',
    isForLongWork: true,
    act: async (stage) => {
      const pod = await aReadyPod(stage);
      await stage.namespace.evict(nameOf(pod));
      await replaced(stage, [pod]);
    },
  },
  {
    name: 'kubectl delete pod, at random',
    ends: 'pods',
    isForLongWork: true,
    act: async (stage) => {
      const deleted: V1Pod[] = [];
      for (let times = 0; times < stage.times(5); times += 1) {
        const pod = await aReadyPod(stage);
        await stage.namespace.deletePod(nameOf(pod));
        deleted.push(pod);
        await stage.flow(1 + random() * 3);
      }
      await replaced(stage, deleted);
    },
  },
  {
    name: 'helm upgrade',
    ends: 'pods',
    isForLongWork: false,
    act: async (stage) => {
      await stage.release.apply({ revision: '2' });
      await rolledOut(stage);
    },
  },
  {
    name: 'a rollout that never becomes ready, and its rollback',
    ends: 'pods',
    isForLongWork: false,
    act: async (stage) => {
      await stage.release.apply({ env: { ...stage.env, [neverReady]: '1' } });
      await neverReadyRuns(stage);
      await stage.flow(10);
      await stage.release.rollback();
      await rolledOut(stage);
    },
  },
  {
    name: 'the app is killed for its memory (OOM)',
    ends: 'app',
    isForLongWork: false,
    act: (stage) => kill(stage, '/eat-memory'),
  },
  {
    name: 'the app hangs and its liveness probe restarts it',
    ends: 'app',
    isForLongWork: false,
    act: (stage) => kill(stage, '/hang'),
  },
  {
    name: 'the sidecar is killed (daps; plain: daprd)',
    ends: 'sidecar',
    isForLongWork: false,
    act: async (stage) => {
      const pod = await aReadyPod(stage);
      const sidecar = stage.release.column === 'plain' ? 'daprd' : 'daps';
      await killContainer(pod, sidecar);
      await restarted(stage, pod, sidecar);
    },
  },
];
