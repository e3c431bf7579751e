import { setTimeout as delay } from 'node:timers/promises';
import type { V1Pod } from '@kubernetes/client-node';
import { eventually, isReady, killContainer, type Namespace, statusesOf } from '../cluster.ts';
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
}

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
  await eventually(`two pods of ${app} are ready`, async () => {
    pods = await namespace.readyPods(app);
    return pods.length >= 2;
  });
  return pods[Math.floor(Math.random() * pods.length)] as V1Pod;
};

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
  await eventually(`${container} of ${nameOf(was)} is back`, isBack);
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
        await delay(1000);
      }
    },
  },
  {
    name: 'scale 1 → 5 → 1, again and again',
    ends: 'pods',
    isForLongWork: true,
    act: async (stage) => {
      for (let times = 0; times < stage.times(5); times += 1) {
        for (const replicas of [1, 5]) {
          await stage.namespace.scale(stage.app, replicas);
          await rolledOut(stage);
          await delay(2000);
        }
      }
      await stage.namespace.scale(stage.app, 1);
      await rolledOut(stage);
      await stage.namespace.scale(stage.app, 3);
      await rolledOut(stage);
    },
  },
  {
    name: 'a pod is evicted, as from a node that is drained',
    ends: 'pods',
    isForLongWork: true,
    act: async (stage) => {
      await stage.namespace.evict(nameOf(await aReadyPod(stage)));
      await delay(1000);
      await rolledOut(stage);
    },
  },
  {
    name: 'kubectl delete pod, at random',
    ends: 'pods',
    isForLongWork: true,
    act: async (stage) => {
      for (let times = 0; times < stage.times(5); times += 1) {
        await stage.namespace.deletePod(nameOf(await aReadyPod(stage)));
        await delay(1000 + Math.random() * 3000);
      }
      await rolledOut(stage);
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
      await stage.release.apply({ env: { ...stage.env, NEVER_READY: '1' } });
      await delay(12_000);
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
