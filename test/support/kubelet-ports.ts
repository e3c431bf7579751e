import { createServer } from 'node:net';
import { appChannelPort, controlPort, env } from '../../proxy/contract.ts';
import type { Container, HttpGet, PodTemplate } from './kubelet-template.ts';

// Below the range the kernel takes ports of outgoing connections from, so that none of those is in the way later.
const lowest = 12_000;
const highest = 32_000;
let next = lowest + Math.floor(Math.random() * (highest - lowest));

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '0.0.0.0', () => server.close(() => resolve(true)));
  });

/** A port nothing listens on, and that this process has not given away before. */
const freePort = async (): Promise<number> => {
  for (;;) {
    next = next >= highest ? lowest : next + 1;
    const candidate = next; // pods that start side by side ask side by side
    if (await isFree(candidate)) return candidate;
  }
};

/** Where a pod's well-known ports are on this machine. */
export interface PodPorts {
  readonly app: number;
  /** 9696 of the pod: where daprd finds "the app" if daps is in the pod. */
  readonly channel: number;
  /** 9697 of the pod. */
  readonly control: number;
  readonly daprdHttp: number;
  readonly daprdGrpc: number;
  readonly daprdInternal: number;
  readonly daprdPublic: number;
  readonly metrics: number;
}

/** Pods share this machine's ports, so each port of a pod is another one here. */
export class PortShift {
  readonly ports: PodPorts;
  readonly #local: ReadonlyMap<number, number>;

  private constructor(ports: PodPorts, local: ReadonlyMap<number, number>) {
    this.ports = ports;
    this.#local = local;
  }

  static async allocate(template: PodTemplate, appPort: number, daprdGrpcPort: number): Promise<PortShift> {
    const named = {
      app: appPort,
      channel: appChannelPort,
      control: controlPort,
      daprdHttp: 3500,
      daprdGrpc: daprdGrpcPort,
      daprdInternal: 50_002,
      daprdPublic: 3501,
      metrics: 9090,
    } as const satisfies PodPorts;
    const containers = [...(template.spec.initContainers ?? []), ...template.spec.containers];
    const declared = containers.flatMap(({ ports = [] }) => ports.map(({ containerPort }) => containerPort));
    const local = new Map<number, number>();
    for (const port of [...Object.values(named), ...declared]) {
      if (!local.has(port)) local.set(port, await freePort());
    }
    const here = (port: number): number => local.get(port) ?? port;
    const ports: PodPorts = {
      app: here(named.app),
      channel: here(named.channel),
      control: here(named.control),
      daprdHttp: here(named.daprdHttp),
      daprdGrpc: here(named.daprdGrpc),
      daprdInternal: here(named.daprdInternal),
      daprdPublic: here(named.daprdPublic),
      metrics: here(named.metrics),
    };
    return new PortShift(ports, local);
  }

  /** A port that is nobody's in the pod stays what it is: something that refuses. */
  local(port: number): number {
    return this.#local.get(port) ?? port;
  }

  /** The local address of a probe or hook; a named port is looked up in the container that declares it. */
  url({ port, path = '/' }: HttpGet, container: Container): string {
    const byName = container.ports?.find(({ name }) => name === port)?.containerPort;
    return `http://127.0.0.1:${this.local(byName ?? Number(port))}${path}`;
  }

  /** A variable's value with the pod's ports in it exchanged for those of this machine. */
  value(name: string, value: string): string {
    if (numbers.includes(name)) return String(this.local(Number(value)));
    if (!addresses.includes(name)) return value;
    return value.replace(/^([a-z]+:\/\/[^/?#]*:)(\d+)/, (_, start: string, port: string) => {
      return `${start}${this.local(Number(port))}`;
    });
  }
}

const numbers: readonly string[] = [env.appPort, env.daprdGrpcPort];
const addresses: readonly string[] = [env.readyProbe, env.busyUrl, env.appPreStop];
