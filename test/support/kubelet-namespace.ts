import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import { execa } from 'execa';
import { type PodNetwork, type PodPorts, usualPorts } from './kubelet-network.ts';

const prefix = 'daps-e2e-';
const folder = '/run/netns';
/** Pairs of addresses in 198.18.0.0/15, which is kept for tests (RFC 2544) and so is nobody's network. */
const pairs = 2 ** 16;
let next = Math.floor(Math.random() * pairs);

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
process.on('exit', () => {
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

  static async open(ports: PodPorts): Promise<Namespace> {
    await sweeping();
    for (let tries = 0; tries < 100; tries += 1) {
      next = (next + 1) % pairs;
      const index = next; // pods that start side by side ask side by side
      const [host, pod] = [addressOf(2 * index), addressOf(2 * index + 1)];
      const link = `daps-e2e-${index}`;
      const name = `${prefix}${process.pid}-${index}`;
      if (!(await ip(['netns', 'add', name]))) continue;
      open.add(name);
      const outside = [
        `link add ${link} type veth peer name eth0 netns ${name}`, // fails where another process has the pair
        `address add ${host}/31 dev ${link}`,
        `link set ${link} up`,
      ];
      const inside = [
        'link set lo up',
        `address add ${pod}/31 dev eth0`,
        'link set eth0 up',
        `route add default via ${host}`,
      ];
      const isOpen =
        (await ip([], outside)) &&
        (await ip(['-netns', name], inside)) &&
        (await reserve(name, [ports.daprdGrpc, ports.daprdInternal]));
      if (isOpen) return new Namespace(name, ports, host, pod);
      await remove(name);
    }
    throw new Error('no network namespace can be made');
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
      if (!this.#relays.has(port)) this.#relays.set(port, Relay.open(this.#hostAddress, port));
    }
    const here = new Map<number, number>();
    for (const port of ports) here.set(port, (await this.#relays.get(port))?.port ?? port);
    return text.replaceAll(/\b127\.0\.0\.1:(\d+)/g, (_, port) => `${this.#hostAddress}:${here.get(Number(port))}`);
  }

  async close(): Promise<void> {
    for (const relay of this.#relays.values()) (await relay).close();
    await remove(this.#name);
  }
}

const remove = async (name: string): Promise<void> => {
  if (await ip(['netns', 'delete', name])) open.delete(name);
};

/** Bytes from one address to a server on loopback, and back. */
class Relay {
  readonly #server: net.Server;
  readonly #sockets = new Set<net.Socket>();

  private constructor(to: number) {
    this.#server = net.createServer((down) => {
      const up = net.connect(to, '127.0.0.1');
      for (const [one, other] of [
        [down, up],
        [up, down],
      ] as const) {
        this.#sockets.add(one);
        one.pipe(other);
        one.on('error', () => other.destroy());
        one.on('close', () => {
          this.#sockets.delete(one);
          if (!one.readableEnded) other.destroy();
        });
      }
    });
  }

  static async open(host: string, to: number): Promise<Relay> {
    const relay = new Relay(to);
    relay.#server.listen(0, host);
    await once(relay.#server, 'listening');
    return relay;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}

let swept: Promise<void> | undefined;

/** Removes, once, what test processes that were killed have left behind: their pods' processes and namespaces. */
const sweeping = (): Promise<void> => {
  swept ??= (async () => {
    const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith(prefix)) : [];
    for (const name of names) {
      const owner = name.slice(prefix.length).split('-')[0] ?? '';
      if (existsSync(`/proc/${owner}`)) continue;
      const { stdout } = await execa(iproute, ['netns', 'pids', name], { reject: false });
      for (const pid of stdout.split('\n').filter((line) => line !== '')) kill(Number(pid));
      await ip(['netns', 'delete', name]);
    }
  })();
  return swept;
};

const kill = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // gone by itself
  }
};

let able: Promise<boolean> | undefined;

/** Whether pods can have namespaces here: as root, with iproute2 and util-linux, where the kernel lets us. */
export const hasNamespaces = (): Promise<boolean> => {
  able ??= (async () => {
    if (process.getuid?.() !== 0) return false;
    const name = `${prefix}${process.pid}-probe`;
    if (!(await ip(['netns', 'add', name]))) return false;
    open.add(name);
    const link = [`link add daps-e2e-probe type veth peer name eth0 netns ${name}`];
    const [command = '', ...args] = [...enter(name), 'true'];
    const entered = await execa(command, args, { reject: false });
    const isAble = !entered.failed && (await ip([], link)) && (await reserve(name, [usualPorts.daprdInternal]));
    await remove(name);
    return isAble;
  })();
  return able;
};
