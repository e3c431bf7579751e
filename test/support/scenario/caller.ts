import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '../eventually.ts';
import { Pod } from '../pod/pod.ts';

/** How long the news that a pod goes takes to reach those who call it. */
const endpointsMs = 500;
const eventMs = 120_000;

/** A Service of one port: new connections go to the pods that are in it, one after the other; old ones stay. */
export class ServiceStage {
  readonly #server = net.createServer((socket) => this.#forward(socket));
  readonly #sockets = new Set<net.Socket>();
  #targets: readonly Pod[] = [];
  #turn = 0;

  async listen(): Promise<number> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  /** The pods behind it, as the control plane would set them. */
  set(targets: readonly Pod[]): void {
    this.#targets = targets;
  }

  /** Takes a pod out that is deleted, as late as callers hear of it. */
  async loses(pod: Pod): Promise<void> {
    await delay(endpointsMs);
    this.#targets = this.#targets.filter((one) => one !== pod);
  }

  #forward(socket: net.Socket): void {
    const pod = this.#targets[this.#turn++ % Math.max(1, this.#targets.length)];
    if (pod === undefined) {
      socket.destroy();
      return;
    }
    const up = net.connect({ host: pod.address, port: pod.ports.daprdInternal });
    for (const one of [socket, up]) {
      this.#sockets.add(one);
      one.on('close', () => this.#sockets.delete(one));
    }
    socket.pipe(up).pipe(socket);
    socket.on('error', () => up.destroy());
    up.on('error', () => socket.destroy());
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }
}

export interface Calls {
  readonly made: number;
  readonly failed: readonly string[];
  /** When each of them failed, on `performance.now()`'s clock. */
  readonly failedAtMs: readonly number[];
  readonly longestMs: number;
}

interface Result {
  /** Why it failed, or the pod that answered. */
  readonly failure?: string;
  readonly by?: string;
  readonly startedMs: number;
  readonly endedMs: number;
}

const call = async (url: string, method: 'GET' | 'PUT'): Promise<Result> => {
  const startedMs = performance.now();
  const result = async (): Promise<Pick<Result, 'failure' | 'by'>> => {
    try {
      const answer = await fetch(url, { method });
      const text = await answer.text();
      return answer.ok
        ? { by: (JSON.parse(text) as { readonly pod: string }).pod }
        : { failure: `${answer.status} ${text}` };
    } catch (error) {
      return { failure: error instanceof Error ? error.message : String(error) };
    }
  };
  return { ...(await result()), startedMs, endedMs: performance.now() };
};

/** Another pod's daprd that calls an app by its app-id, at a steady rate, through a Service. */
export class Caller {
  readonly service: ServiceStage;
  readonly #pod: Pod;
  readonly #results: Result[] = [];
  readonly #open = new Set<Promise<void>>();
  #isCalling = false;
  #loop: Promise<void> = Promise.resolve();

  private constructor(service: ServiceStage, pod: Pod) {
    this.service = service;
    this.#pod = pod;
  }

  /** Annotations and resources of its daprd, e.g. for actors. */
  static async start(
    annotations: Readonly<Record<string, string>> = {},
    resources: readonly object[] = [],
  ): Promise<Caller> {
    const service = new ServiceStage();
    const port = await service.listen();
    const configuration = {
      apiVersion: 'dapr.io/v1alpha1',
      kind: 'Configuration',
      metadata: { name: 'caller' },
      spec: {
        nameResolution: { component: 'kubernetes', version: 'v1', configuration: { template: `127.0.0.1:${port}` } },
      },
    };
    const template = {
      metadata: { annotations: { ...annotations, 'dapr.io/app-id': 'caller' } },
      spec: { containers: [] },
    };
    const pod = await Pod.start({ name: 'caller', template, daprd: 'regular', programs: {}, configuration, resources });
    await pod.ready();
    return new Caller(service, pod);
  }

  #url(path: string): string {
    return `http://127.0.0.1:${this.#pod.ports.daprdHttp}/v1.0/${path}`;
  }

  /** Waits until one call of a path of daprd's API is answered. */
  async reaches(method: 'GET' | 'PUT', path: string): Promise<void> {
    let last = '';
    const isAnswered = async (): Promise<boolean> => {
      const { failure } = await call(this.#url(path), method);
      last = failure ?? '';
      return failure === undefined;
    };
    await eventually(`${path} is answered`, isAnswered, eventMs, () => `${last}\n${this.story}`);
  }

  /** Calls paths of daprd's API, e.g. `invoke/web/method/hello`; the nth call is for the nth path. */
  begin(method: 'GET' | 'PUT', pathOf: (call: number) => string, perSecond: number): void {
    this.#isCalling = true;
    this.#loop = (async () => {
      for (let calls = 1; this.#isCalling; calls += 1) {
        const one = call(this.#url(pathOf(calls)), method).then((result) => {
          this.#results.push(result);
          this.#open.delete(one);
        });
        this.#open.add(one);
        await delay(1000 / perSecond);
      }
    })();
  }

  /** Waits until so many calls more are over, answered or failed. */
  async over(more: number): Promise<void> {
    const enough = this.#results.length + more;
    await eventually(
      `${more} calls more are over`,
      () => this.#results.length >= enough,
      eventMs,
      () => this.story,
    );
  }

  /** Waits until a pod has answered a call. */
  async answeredBy({ name }: Pod): Promise<void> {
    const hasAnswered = (): boolean => this.#results.some(({ by }) => by === name);
    await eventually(`${name} answers a call`, hasAnswered, eventMs, () => this.story);
  }

  /** Makes no new calls, waits for those that are under way. */
  async end(): Promise<Calls> {
    this.#isCalling = false;
    await this.#loop;
    await Promise.all(this.#open);
    const failures = this.#results.filter(({ failure }) => failure !== undefined);
    return {
      made: this.#results.length,
      failed: failures.map(({ failure }) => failure ?? ''),
      failedAtMs: failures.map(({ endedMs }) => endedMs),
      longestMs: Math.max(...this.#results.map(({ startedMs, endedMs }) => endedMs - startedMs)),
    };
  }

  get story(): string {
    return this.#pod.describe();
  }

  async dispose(): Promise<void> {
    this.#isCalling = false;
    this.service.close();
    await this.#pod.dispose();
  }
}
