import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  AppsV1Api,
  CoreV1Api,
  KubeConfig,
  PatchStrategy,
  setHeaderOptions,
  type V1ContainerStatus,
  type V1Deployment,
  type V1Pod,
} from '@kubernetes/client-node';
import { execa } from 'execa';
import { eventually } from '../support/eventually.ts';
import { isOver, runName } from '../support/run-name.ts';
import { toolsFolder } from '../tools/places.ts';
import { places } from './places.ts';

export const labConfig = (): KubeConfig => {
  const config = new KubeConfig();
  config.loadFromFile(places.kubeconfig);
  return config;
};

const mergePatch = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);

/** The longest that anything in a busy cluster takes. */
export const clusterMs = 180_000;

/** Says of a namespace which process has made it. */
const runLabel = 'daps.lab/run';

/** Deletes the namespaces of test processes that were killed; nobody waits until they are gone. */
export const sweepLabNamespaces = async (): Promise<void> => {
  const core = labConfig().makeApiClient(CoreV1Api);
  for (const { metadata } of (await core.listNamespace({ labelSelector: runLabel })).items) {
    if (isOver(metadata?.labels?.[runLabel] ?? '')) await core.deleteNamespace({ name: metadata?.name ?? '' });
  }
};

export const isReady = (pod: V1Pod): boolean =>
  pod.metadata?.deletionTimestamp === undefined &&
  (pod.status?.conditions ?? []).some(({ type, status }) => type === 'Ready' && status === 'True');

/** What the kubelet says of a pod's containers, the sidecars among them. */
export const statusesOf = ({ status }: V1Pod): readonly V1ContainerStatus[] => [
  ...(status?.initContainerStatuses ?? []),
  ...(status?.containerStatuses ?? []),
];

const isRolledOut = ({ metadata, spec, status }: V1Deployment): boolean =>
  status?.observedGeneration === metadata?.generation &&
  status?.updatedReplicas === spec?.replicas &&
  status?.replicas === spec?.replicas &&
  status?.availableReplicas === spec?.replicas;

/** What is done to workloads of one namespace, as kubectl does it. */
export class Namespace {
  readonly name: string;
  #madeCore: CoreV1Api | undefined;
  #madeApps: AppsV1Api | undefined;

  constructor(name: string) {
    this.name = name;
  }

  // Made when they are first asked for: suites are described before there is a cluster.
  get #core(): CoreV1Api {
    this.#madeCore ??= labConfig().makeApiClient(CoreV1Api);
    return this.#madeCore;
  }

  get #apps(): AppsV1Api {
    this.#madeApps ??= labConfig().makeApiClient(AppsV1Api);
    return this.#madeApps;
  }

  async create(): Promise<void> {
    await this.#core.createNamespace({ body: { metadata: { name: this.name, labels: { [runLabel]: runName } } } });
  }

  /** Ends its pods without their grace and waits until it is gone: nobody uses its queues any more. */
  async delete(): Promise<void> {
    await this.#core.deleteNamespace({ name: this.name }).catch(() => undefined);
    const atOnce = { namespace: this.name, gracePeriodSeconds: 1 };
    await this.#core.deleteCollectionNamespacedPod(atOnce).catch(() => undefined);
    const isGone = (): Promise<boolean> =>
      this.#core.readNamespace({ name: this.name }).then(
        () => false,
        () => true,
      );
    await eventually(`namespace ${this.name} is gone`, isGone, clusterMs);
  }

  /** Pods of an app, the ones that are being deleted too. */
  async pods(app: string): Promise<readonly V1Pod[]> {
    return (await this.#core.listNamespacedPod({ namespace: this.name, labelSelector: `app=${app}` })).items;
  }

  async readyPods(app: string): Promise<readonly V1Pod[]> {
    return (await this.pods(app)).filter(isReady);
  }

  async gone(app: string, timeoutMs = clusterMs): Promise<void> {
    const isGone = async (): Promise<boolean> =>
      (await this.pods(app)).every(({ metadata }) => metadata?.deletionTimestamp === undefined);
    await eventually(`no pod of ${app} is terminating`, isGone, timeoutMs);
  }

  async rolledOut(deployment: string, timeoutMs = clusterMs): Promise<void> {
    const request = { namespace: this.name, name: deployment };
    const isDone = async (): Promise<boolean> => isRolledOut(await this.#apps.readNamespacedDeployment(request));
    await eventually(`${this.name}/${deployment} is rolled out`, isDone, timeoutMs);
  }

  /** `kubectl rollout restart`, without waiting. */
  async restart(deployment: string): Promise<void> {
    const annotations = { 'kubectl.kubernetes.io/restartedAt': new Date().toISOString() };
    const body = { spec: { template: { metadata: { annotations } } } };
    await this.#apps.patchNamespacedDeployment({ namespace: this.name, name: deployment, body }, mergePatch);
  }

  async scale(deployment: string, replicas: number): Promise<void> {
    const body = { spec: { replicas } };
    await this.#apps.patchNamespacedDeploymentScale({ namespace: this.name, name: deployment, body }, mergePatch);
  }

  /** As a node that is drained does it. */
  async evict(pod: string): Promise<void> {
    const metadata = { name: pod, namespace: this.name };
    await this.#core.createNamespacedPodEviction({ ...metadata, body: { metadata } });
  }

  async deletePod(pod: string): Promise<void> {
    await this.#core.deleteNamespacedPod({ name: pod, namespace: this.name });
  }

  /** All that a container says from now on until it ends. */
  async follow(pod: string, container: string): Promise<string> {
    const kubectl = join(toolsFolder, 'kubectl');
    const args = [
      '--kubeconfig',
      places.kubeconfig,
      'logs',
      '--follow',
      '--namespace',
      this.name,
      pod,
      '-c',
      container,
    ];
    return (await execa(kubectl, args)).stdout;
  }
}

const idOf = (pod: V1Pod, container: string): string => {
  const id = statusesOf(pod)
    .find(({ name }) => name === container)
    ?.containerID?.replace('containerd://', '');
  if (id === undefined) throw new Error(`${pod.metadata?.name} has no container ${container}`);
  return id;
};

const tasks = async (...args: readonly string[]): Promise<string> =>
  (await execa('ctr', ['--address', places.containerd.socket, '--namespace', 'k8s.io', 'tasks', ...args])).stdout;

/** Kills a container's first process as a crash does, past the kubelet. */
export const killContainer = async (pod: V1Pod, container: string): Promise<void> => {
  await tasks('kill', '--signal', 'SIGKILL', idOf(pod, container));
};

/** What the node's kernel tells of a container's first process (`/proc/PID/status`). */
export const statusInContainer = async (pod: V1Pod, container: string): Promise<string> => {
  const id = idOf(pod, container);
  const [, pid] =
    (await tasks('ls'))
      .split('\n')
      .find((line) => line.startsWith(id))
      ?.split(/\s+/) ?? [];
  return readFileSync(`/proc/${pid}/status`, 'utf8');
};

/** The user of a container's first process. */
export const userInContainer = async (pod: V1Pod, container: string): Promise<number> =>
  Number(/^Uid:\s+(\d+)/m.exec(await statusInContainer(pod, container))?.[1]);
