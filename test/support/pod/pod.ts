import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { appChannelPort, containerName, controlPort, env } from '../../../proxy/contract/names.ts';
import type { ToolName } from '../../tools/registry.ts';
import { eventually } from '../eventually.ts';
import { openTempFolder } from '../temp-folder.ts';
import { LocalContainer, type LocalProgram, type PodEvent } from './container.ts';
import { type DaprdPlacement, daprdProgram, withDaprd } from './daprd.ts';
import { environmentOf } from './environment.ts';
import { callHook, statusOf } from './hooks.ts';
import { sweepPods } from './leftovers.ts';
import { joinMesh, meshContainer, withMeshProxy } from './mesh.ts';
import { Namespace } from './namespace.ts';
import { type PodNetwork, type PodPorts, urlOf, usualPorts } from './network.ts';
import { PortShift } from './port-shift.ts';
import type { Container, Hook, HttpGet, PodTemplate } from './template.ts';

export interface PodOptions {
  readonly name: string;
  /** From a manifest, as a parsed object: injected by daps, or plain. */
  readonly template: PodTemplate;
  readonly daprd: DaprdPlacement;
  /** How each container of the template is run here, by its name; daprd knows how. */
  readonly programs: Readonly<Record<string, LocalProgram>>;
  /** Dapr resources (components, subscriptions, …) that daprd loads. */
  readonly resources?: readonly object[];
  /** What daprd gets with `--config`. */
  readonly configuration?: object;
  readonly daprdTool?: ToolName;
  /** The first pause before a container is started again; the next ones double. */
  readonly backOffMs?: number;
  /** A network namespace of its own, or this machine's network with other ports, which is the default. */
  readonly network?: 'namespace' | 'shifted';
  /** Whether the pod is in a service mesh: its TCP goes through a proxy in an ordinary container. Needs a namespace. */
  readonly isInMesh?: boolean;
}

export interface StopOptions {
  /** Containers whose preStop hook is not called. */
  readonly skipHooks?: readonly string[];
  /** Calls each hook a second time while the first call waits, as a kubelet that was restarted does. */
  readonly callHooksTwice?: boolean;
}

const readyMs = 120_000;

const isNative = ({ restartPolicy }: Container): boolean => restartPolicy === 'Always';

/** One pod as processes on this machine, started, kept running and stopped as the kubelet does it. */
export class Pod {
  readonly name: string;
  readonly events: PodEvent[] = [];
  readonly #options: PodOptions;
  readonly #template: PodTemplate;
  readonly #network: PodNetwork;
  readonly #folder = openTempFolder();
  readonly #running: ReadonlyMap<string, LocalContainer>;
  #isStopping = false;

  private constructor(options: PodOptions, template: PodTemplate, network: PodNetwork, resources: readonly string[]) {
    this.name = options.name;
    this.#options = options;
    this.#template = template;
    this.#network = network;
    for (const [index, resource] of resources.entries()) this.#folder.write(`resources/${index}.yaml`, resource);
    mkdirSync(join(this.#folder.path, 'resources'), { recursive: true });
    const all = [...(template.spec.initContainers ?? []), ...template.spec.containers];
    this.#running = new Map(all.map((container) => [container.name, this.#make(container)]));
  }

  /** Starts a pod: the promise is kept when its app containers have been started, which says nothing of ready. */
  static async start(options: PodOptions): Promise<Pod> {
    await sweepPods();
    const meshed = options.isInMesh === true ? withMeshProxy(options.template) : options.template;
    const template = withDaprd(meshed, options.daprd);
    const network = await openNetwork(template, options.network);
    let pod: Pod | undefined;
    try {
      const texts = (options.resources ?? []).map((resource) => JSON.stringify(resource));
      const resources = await Promise.all(texts.map((text) => network.reach(text)));
      const mesh =
        options.isInMesh === true ? { [meshContainer]: await joinMesh(network, template, serversIn(texts)) } : {};
      const programs = await reaching(network, { ...options.programs, ...mesh });
      pod = new Pod({ ...options, programs }, template, network, resources);
      await pod.#start();
      return pod;
    } catch (error) {
      await (pod?.dispose() ?? network.close());
      throw error;
    }
  }

  get ports(): PodPorts {
    return this.#network.ports;
  }

  /** Where its ports are found from outside; loopback where pods share this machine's network. */
  get address(): string {
    return this.#network.address;
  }

  #make(container: Container): LocalContainer {
    const { programs, daprd } = this.#options;
    const { name } = container;
    const own = name === 'daprd' ? this.#daprd() : programs[name];
    if (own === undefined) throw new Error(`no program is given for container "${name}" of pod ${this.name}`);
    const pod = { name: this.name, namespace: this.#template.metadata?.namespace ?? 'default' };
    const placement = name === containerName && daprd === 'inline' ? { [env.daprd]: daprd } : {};
    const environment = { ...environmentOf(container, pod, this.#network), ...placement };
    return new LocalContainer(name, own, environment, this.#network.enter, (what, how) =>
      this.events.push({ t: Date.now(), container: name, what, ...(how === undefined ? {} : { how }) }),
    );
  }

  #daprd(): LocalProgram {
    const { configuration, daprdTool = 'daprd' } = this.#options;
    const resources = join(this.#folder.path, 'resources');
    const files = ['--resources-path', resources];
    if (configuration !== undefined) {
      files.push('--config', this.#folder.write('config.yaml', JSON.stringify(configuration)));
    }
    return daprdProgram(this.#template, this.ports, files, daprdTool);
  }

  async #start(): Promise<void> {
    const { backOffMs = 1000 } = this.#options;
    const { initContainers = [], containers, restartPolicy = 'Always' } = this.#template.spec;
    for (const container of initContainers) {
      if (isNative(container)) {
        this.#get(container.name).start('Always', backOffMs);
        await this.#startedUp(container);
      } else if ((await this.#get(container.name).runOnce()) !== 0) {
        throw new Error(`init container "${container.name}" failed\n${this.describe()}`);
      }
    }
    for (const { name } of containers) this.#get(name).start(restartPolicy, backOffMs);
  }

  async #startedUp(container: Container): Promise<void> {
    const { httpGet, periodSeconds = 10, failureThreshold = 3 } = container.startupProbe ?? {};
    if (httpGet === undefined) return;
    const isUp = (): Promise<boolean> => this.#passes(httpGet, container);
    const what = `"${container.name}" of pod ${this.name} passes its startupProbe`;
    await eventually(what, isUp, periodSeconds * failureThreshold * 1000, () => this.describe());
  }

  async #passes(probe: HttpGet, container: Container): Promise<boolean> {
    const status = await statusOf(urlOf(this.#network, probe, container));
    return status !== undefined && status >= 200 && status < 400;
  }

  async #isReady(container: Container): Promise<boolean> {
    const { httpGet } = container.readinessProbe ?? {};
    return this.isRunning(container.name) && (httpGet === undefined || (await this.#passes(httpGet, container)));
  }

  /** Waits until daprd calls itself ready, which it does when it has found "the app", and every container is ready. */
  async ready(): Promise<void> {
    const { daprd } = this.#options;
    const url = `http://${this.address}:${this.ports.daprdPublic}/v1.0/healthz`;
    const isReady = async (): Promise<boolean> => {
      const are = await Promise.all(this.#template.spec.containers.map((one) => this.#isReady(one)));
      return are.every(Boolean) && (daprd === 'none' || (await statusOf(url)) === 204);
    };
    await eventually(`pod ${this.name} is ready`, isReady, readyMs, () => this.describe());
  }

  /** Deletes the pod; the promise is kept when all its processes have ended. */
  async stop(options: StopOptions = {}): Promise<void> {
    this.#isStopping = true;
    for (const container of this.#running.values()) container.noMoreRestarts();
    const { initContainers = [], containers } = this.#template.spec;
    const deadline = performance.now() + this.#graceMs;
    const mains = Promise.all(
      containers.map((container) => this.#end(container, deadline, Promise.resolve(), options)),
    );
    let turn: Promise<unknown> = mains;
    for (const container of initContainers.filter(isNative).reverse()) {
      turn = Promise.all([turn, this.#end(container, deadline, turn, options)]);
    }
    await turn;
  }

  /** Hook, then (sidecars) the turn, then SIGTERM, then SIGKILL: what a kubelet goroutine does with one container. */
  async #end(container: Container, deadline: number, turn: Promise<unknown>, options: StopOptions): Promise<void> {
    const own = this.#get(container.name);
    if (!own.isRunning) return;
    const left = (): number => Math.max(0, deadline - performance.now());
    if (options.skipHooks?.includes(container.name) !== true) await this.#preStop(container, left(), options);
    await within(turn, left());
    await own.end(left());
  }

  async #preStop(container: Container, graceMs: number, { callHooksTwice = false }: StopOptions): Promise<void> {
    const hook = container.lifecycle?.preStop;
    if (hook === undefined) return;
    const own = this.#get(container.name);
    const call = async (): Promise<void> => {
      own.record('hook-begin');
      own.record('hook-end', await within(this.#call(hook, container, graceMs), graceMs, 'out of time'));
    };
    await Promise.all([call(), ...(callHooksTwice ? [delay(50).then(call)] : [])]);
  }

  async #call({ exec, httpGet, sleep }: Hook, container: Container, graceMs: number): Promise<string | number> {
    if (httpGet !== undefined) return callHook(urlOf(this.#network, httpGet, container), headersOf(httpGet), graceMs);
    if (sleep !== undefined) return delay(sleep.seconds * 1000, 'slept');
    const [command = '', ...args] = exec?.command ?? [];
    const own = this.#get(container.name);
    // daps' hook is `node /daps/daps-sidecar.mjs self-shutdown` in its image: its own program here, with that word.
    return container.name === containerName ? own.runProgram(args.slice(1)) : own.runCommand(command, args);
  }

  /** Ends one container as a failed liveness probe does: its hook, SIGTERM, and it is started again. */
  async restart(name: string, options: StopOptions = {}): Promise<void> {
    const { initContainers = [], containers } = this.#template.spec;
    const container = [...initContainers, ...containers].find((each) => each.name === name);
    if (container === undefined) throw new Error(`pod ${this.name} has no container "${name}"`);
    const deadline = performance.now() + this.#graceMs;
    await this.#preStop(container, this.#graceMs, options);
    await this.#get(name).restart(Math.max(0, deadline - performance.now()));
  }

  /** SIGKILL for one container, as when it took too much memory. */
  kill(name: string): void {
    this.#get(name).kill();
  }

  isRunning(name: string): boolean {
    return this.#get(name).isRunning;
  }

  /** The container's last 400 lines of stdout and stderr. */
  log(name: string): readonly string[] {
    return this.#get(name).lines;
  }

  /** For failure messages: what happened to the pod, and what its containers said last. */
  describe(): string {
    const first = this.events[0]?.t ?? 0;
    const events = this.events.map(({ t, container, what, how = '' }) => `${t - first} ms ${container} ${what} ${how}`);
    const logs = [...this.#running.values()].flatMap(({ name, lines }) => [`--- ${name}`, ...lines.slice(-60)]);
    return [`pod ${this.name}${this.#isStopping ? ', stopping' : ''}`, ...events, ...logs].join('\n');
  }

  /** Kills what still runs and removes what was written. */
  async dispose(): Promise<void> {
    this.#isStopping = true;
    await Promise.all([...this.#running.values()].map((container) => container.dispose()));
    await this.#network.close();
    this.#folder.remove();
  }

  get #graceMs(): number {
    return (this.#template.spec.terminationGracePeriodSeconds ?? 30) * 1000;
  }

  #get(name: string): LocalContainer {
    const found = this.#running.get(name);
    if (found === undefined) throw new Error(`pod ${this.name} has no container "${name}"`);
    return found;
  }
}

const serversIn = (texts: readonly string[]): readonly string[] => [
  ...new Set(texts.flatMap((text) => text.match(/\b127\.0\.0\.1:\d+/g) ?? [])),
];

/** Programs that find servers of this machine from within the pod. */
const reaching = async (network: PodNetwork, programs: PodOptions['programs']): Promise<PodOptions['programs']> => {
  const found: Record<string, LocalProgram> = {};
  for (const [name, program] of Object.entries(programs)) {
    const env: Record<string, string> = { ...program.env };
    for (const [key, text] of Object.entries(program.reaches ?? {})) env[key] = await network.reach(text);
    found[name] = { ...program, env };
  }
  return found;
};

const openNetwork = (template: PodTemplate, network: PodOptions['network']): Promise<PodNetwork> => {
  const annotations = template.metadata?.annotations ?? {};
  const daps = template.spec.initContainers?.find(({ name }) => name === containerName);
  const appPort = daps?.env?.find(({ name }) => name === env.appPort)?.value ?? annotations['dapr.io/app-port'];
  const ports = {
    app: Number(appPort ?? 8080),
    channel: appChannelPort,
    control: controlPort,
    daprdGrpc: Number(annotations['dapr.io/grpc-port'] ?? 50_001),
    ...usualPorts,
  };
  return network === 'namespace' ? Namespace.open(ports) : PortShift.allocate(template, ports);
};

const headersOf = ({ httpHeaders = [] }: HttpGet): Readonly<Record<string, string>> =>
  Object.fromEntries(httpHeaders.map(({ name, value }) => [name, value]));

/** The promise's value, or the other one when time is up first. */
const within = async <T, U = undefined>(promise: Promise<T>, timeoutMs: number, otherwise?: U): Promise<T | U> => {
  const over = new AbortController();
  const timer = delay(timeoutMs, otherwise as U, { signal: over.signal }).catch(() => otherwise as U);
  try {
    return await Promise.race([promise, timer]);
  } finally {
    over.abort();
  }
};
