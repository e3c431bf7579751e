import { type V1Pod, Watch } from '@kubernetes/client-node';
import { isReady, labConfig, statusesOf } from './cluster.ts';
import { type PodEvent, PodLogs } from './pod-logs.ts';

/** One pod, from its deletion to its end. */
export interface Termination {
  readonly pod: string;
  readonly tookMs: number;
}

/** Watches how the pods of one app in a namespace become ready and end, what their sidecars say, and what the kubelet restarts in them. */
export class PodWatch {
  readonly #deletedAt = new Map<string, number>();
  readonly #restartsBefore = new Map<string, number>();
  readonly #restarts = new Map<string, number>();
  readonly #ends: PodEvent[] = [];
  readonly #logs: PodLogs;
  readonly terminations: Termination[] = [];
  /** How long each pod that was made took to be ready. */
  readonly readyMs: number[] = [];
  /** When each pod that is not ready yet was made. */
  readonly #madeAt = new Map<string, number>();
  readonly #namespace: string;
  readonly #app: string;
  #request: AbortController | undefined;
  #isOver = false;

  constructor(namespace: string, app: string) {
    this.#namespace = namespace;
    this.#app = app;
    this.#logs = new PodLogs(namespace);
  }

  async start(): Promise<void> {
    const path = `/api/v1/namespaces/${this.#namespace}/pods`;
    const again = (): void => {
      // An API server that restarts ends its watches.
      if (!this.#isOver) setTimeout(() => void this.start().catch(again), 500);
    };
    const see = (type: string, pod: V1Pod): void => this.#see(type, pod);
    this.#request = await new Watch(labConfig()).watch(path, { labelSelector: `app=${this.#app}` }, see, again);
  }

  /** How often the app's container was restarted. */
  get restarts(): number {
    return [...this.#restarts].reduce((sum, [key, count]) => (key.endsWith(' app') ? sum + count : sum), 0);
  }

  /** Deletions, ends and restarts, and what the sidecars said. */
  get events(): readonly PodEvent[] {
    return [...this.#ends, ...this.#logs.events];
  }

  #see(type: string, pod: V1Pod): void {
    const { metadata } = pod;
    const name = metadata?.name ?? '';
    const tell = (who: string, what: string): void => void this.#ends.push({ pod: name, who, t: Date.now(), what });
    if (type !== 'DELETED') this.#logs.see(pod);
    this.#seeReady(type, pod);
    for (const { name: container, restartCount } of statusesOf(pod)) {
      const key = `${name} ${container}`;
      const before = this.#restartsBefore.get(key) ?? restartCount;
      this.#restartsBefore.set(key, before);
      if (restartCount > before + (this.#restarts.get(key) ?? 0)) tell(container, 'was restarted by the kubelet');
      this.#restarts.set(key, restartCount - before);
    }
    if (metadata?.deletionTimestamp !== undefined && !this.#deletedAt.has(name)) {
      this.#deletedAt.set(name, Date.now());
      tell('pod', 'is deleted');
    }
    if (type !== 'DELETED') return;
    tell('pod', 'is gone');
    this.terminations.push({ pod: name, tookMs: Date.now() - (this.#deletedAt.get(name) ?? Date.now()) });
  }

  /** A pod that is there when the watch begins was made before, at an unknown moment. */
  #seeReady(type: string, pod: V1Pod): void {
    const { name = '', deletionTimestamp } = pod.metadata ?? {};
    if (type === 'ADDED' && statusesOf(pod).length === 0) this.#madeAt.set(name, Date.now());
    const madeAt = this.#madeAt.get(name);
    if (madeAt === undefined || (deletionTimestamp === undefined && !isReady(pod))) return;
    this.#madeAt.delete(name);
    if (deletionTimestamp === undefined) this.readyMs.push(Date.now() - madeAt);
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    this.#request?.abort();
    await this.#logs.stop();
  }
}
