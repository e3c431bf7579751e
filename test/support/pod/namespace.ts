import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { execa } from 'execa';
import { atExit } from '../at-exit.ts';
import { isOver, runIn, runName } from '../run-name.ts';
import { type PodNetwork, type PodPorts, usualPorts } from './network.ts';
import { Relay } from './relay.ts';

const prefix = 'daps-e2e-';
const folder = '/run/netns';
/**
 * Pairs of addresses in 198.18.0.0/15, which is kept for tests (RFC 2544) and so is nobody's network. The process that
 * makes the link of a pair has the pair: no two links have the same name.
 */
const pairs = 2 ** 16;

const linkOf = (index: number): string => `daps-e2e-${index}`;

const iproute = 'ip';
const enter = (name: string): readonly string[] => ['nsenter', `--net=${folder}/${name}`, '--'];

const addressOf = (number: number): string => `198.${18 + (number >> 16)}.${(number >> 8) & 255}.${number & 255}`;

const ip = async (args: readonly string[], lines: readonly string[] = []): Promise<boolean> => {
  const { failed } = await execa(iproute, [...args, ...(lines.length > 0 ? ['-batch', '-'] : [])], {
    input: `${lines.join('\n')}\n`,
    reject: false,
  });
  return !failed;
};

/**
 * daprd's gRPC ports lie in the range that Linux takes an outgoing connection's port from: one pod in some thousands
 * connects to its broker from 50002, and its daprd cannot listen there for as long as that is remembered (a minute).
 */
const reserve = async (name: string, ports: readonly number[]): Promise<boolean> => {
  const [command = '', ...args] = [...enter(name), 'tee', '/proc/sys/net/ipv4/ip_local_reserved_ports'];
  const { failed } = await execa(command, args, { input: ports.join(','), reject: false });
  return !failed;
};

// Whatever is still there when the tests' own process goes must not be left behind.
const open = new Set<string>();
atExit(() => {
  for (const name of open) spawnSync(iproute, ['netns', 'delete', name]);
});

/** A pod in a network namespace of its own: its ports are what they are in a cluster, and it has an address. */
export class Namespace implements PodNetwork {
  readonly ports: PodPorts;
  readonly address: string;
  readonly enter: readonly string[];
  readonly isShifted = false;
  readonly #name: string;
  readonly #hostAddress: string;
  readonly #relays = new Map<number, Promise<Relay>>();

  private constructor(name: string, ports: PodPorts, hostAddress: string, address: string) {
    this.#name = name;
    this.ports = ports;
    this.#hostAddress = hostAddress;
    this.address = address;
    this.enter = enter(name);
  }

  /** @throws an Error where the machine lets nobody make one */
  static async open(ports: PodPorts): Promise<Namespace> {
    for (let tries = 0; tries < 20; tries += 1) {
      const made = await Namespace.#make(Math.floor(Math.random() * pairs), ports);
      if (made !== undefined) return made;
    }
    throw new Error('no network namespace can be made');
  }

  /** Undefined where another pod has the pair, too. */
  static async #make(index: number, ports: PodPorts): Promise<Namespace | undefined> {
    const [host, pod] = [addressOf(2 * index), addressOf(2 * index + 1)];
    const link = linkOf(index);
    const name = `${prefix}${runName}-${index}`;
    if (!(await ip(['netns', 'add', name]))) return undefined;
    open.add(name);
    const outside = [
      `link add ${link} type veth peer name eth0 netns ${name}`,
      `address add ${host}/31 dev ${link}`,
      `link set ${link} up`,
    ];
    const inside = [
      'link set lo up',
      `address add ${pod}/31 dev eth0`,
      'link set eth0 up',
      `route add default via ${host}`,
    ];
    const isMade =
      (await ip([], outside)) &&
      (await ip(['-netns', name], inside)) &&
      (await reserve(name, [ports.daprdGrpc, ports.daprdInternal]));
    if (isMade) return new Namespace(name, ports, host, pod);
    await remove(name);
    return undefined;
  }

  local(port: number): number {
    return port;
  }

  value(_name: string, value: string): string {
    return value;
  }

  /** Loopback is another one in there: each server is relayed on our end of the cable. */
  async reach(text: string): Promise<string> {
    const ports = [...text.matchAll(/\b127\.0\.0\.1:(\d+)/g)].map(([, port]) => Number(port));
    for (const port of ports) {
      if (!this.#relays.has(port)) this.#relays.set(port, this.#relayTo(port));
    }
    const here = new Map<number, number>();
    for (const port of ports) here.set(port, (await this.#relays.get(port))?.port ?? port);
    return text.replaceAll(/\b127\.0\.0\.1:(\d+)/g, (_, port) => `${this.#hostAddress}:${here.get(Number(port))}`);
  }

  #relayTo(port: number): Promise<Relay> {
    return Relay.open({ host: this.#hostAddress, port: 0 }, { host: '127.0.0.1', port });
  }

  async close(): Promise<void> {
    for (const relay of this.#relays.values()) (await relay).close();
    await remove(this.#name);
  }
}

const remove = async (name: string): Promise<void> => {
  if (await ip(['netns', 'delete', name])) open.delete(name);
};

/** Removes the namespaces of test processes that were killed, once nothing runs in them any more. */
export const sweepNamespaces = async (): Promise<void> => {
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith(prefix)) : [];
  for (const name of names) {
    const run = runIn(name);
    if (run !== undefined && isOver(run)) await ip(['netns', 'delete', name]);
  }
};

let able: Promise<boolean> | undefined;

/** Whether pods can have namespaces here: as root, with iproute2 and util-linux, where the kernel lets us. */
export const hasNamespaces = (): Promise<boolean> => {
  able ??= (async () => {
    if (process.getuid?.() !== 0) return false;
    const probe = await Namespace.open({ ...usualPorts, app: 0, channel: 0, control: 0, daprdGrpc: 50_001 }).catch(
      () => undefined,
    );
    await probe?.close();
    return probe !== undefined;
  })();
  return able;
};
