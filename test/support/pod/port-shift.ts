import { env } from '../../../proxy/contract/names.ts';
import type { PodNetwork, PodPorts } from './network.ts';
import { giveBackPorts, takePort } from './own-ports.ts';
import type { PodTemplate } from './template.ts';

/** Pods that share this machine's ports, so that each port of a pod is another one here. */
export class PortShift implements PodNetwork {
  readonly ports: PodPorts;
  readonly address = '127.0.0.1';
  readonly enter = [];
  readonly isShifted = true;
  readonly #local: ReadonlyMap<number, number>;

  private constructor(ports: PodPorts, local: ReadonlyMap<number, number>) {
    this.ports = ports;
    this.#local = local;
  }

  static async allocate(template: PodTemplate, named: PodPorts): Promise<PortShift> {
    const containers = [...(template.spec.initContainers ?? []), ...template.spec.containers];
    const declared = containers.flatMap(({ ports = [] }) => ports.map(({ containerPort }) => containerPort));
    const local = new Map<number, number>();
    for (const port of [...Object.values(named), ...declared]) {
      if (!local.has(port)) local.set(port, await takePort());
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

  value(name: string, value: string): string {
    if (numbers.includes(name)) return String(this.local(Number(value)));
    if (!addresses.includes(name)) return value;
    return value.replace(/^([a-z]+:\/\/[^/?#]*:)(\d+)/, (_, start: string, port: string) => {
      return `${start}${this.local(Number(port))}`;
    });
  }

  async reach(text: string): Promise<string> {
    return text;
  }

  async close(): Promise<void> {
    giveBackPorts(this.#local.values());
  }
}

const numbers: readonly string[] = [env.appPort, env.daprdGrpcPort, env.daprdMetricsPort];
const addresses: readonly string[] = [env.readyProbe, env.busyUrl, env.appPreStop, 'NEEDS'];
