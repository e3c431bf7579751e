import net from 'node:net';
import { channelGate } from '../../../proxy/channel/channel-gate.ts';
import { type Connect, connectTo } from '../../../proxy/channel/connect.ts';
import type { AppFailure, ChannelContext, ChannelNote } from '../../../proxy/channel/context.ts';
import type { DaprRequest } from '../../../proxy/channel/dapr-request.ts';
import type { Gate } from '../../../proxy/channel/gate.ts';
import { MemoryBudget } from '../../../proxy/channel/memory/memory-budget.ts';
import { PastCuts } from '../../../proxy/channel/past-cuts.ts';
import { SoloRetry } from '../../../proxy/channel/solo-retry.ts';
import { type Ending, Traffic } from '../../../proxy/channel/traffic.ts';
import type { RequestHead } from '../../../proxy/http1/head.ts';
import type { Admission } from '../../../proxy/policy/admission.ts';
import type { RequestKind } from '../../../proxy/policy/classify.ts';
import { giveBackPorts, takePort } from '../pod/own-ports.ts';
import { connectWire, type Wire, WireServer, waitFor } from './raw-connection.ts';

export interface RelaySettings {
  readonly replays?: number;
  readonly healthPath?: string;
  readonly app?: WireServer;
  /** Whether a connection to the app is refused, asked for each. */
  readonly isRefused?: () => boolean;
  readonly connect?: Connect;
}

/** Connects to a port as the sidecar does where there is no TLS. */
const plain = (port: number): Promise<Connect> =>
  connectTo({ host: '127.0.0.1', port, isTls: false, protocol: 'http' });

/** Needs root to listen on; a free one that is picked may be given to another listener at once. */
const portOfNobody = 1;

/** For a connection by itself, which waits for no other. */
export const noOthers = (): SoloRetry<DaprRequest> =>
  new SoloRetry({ isIdle: () => true, taken: () => {}, release: () => {}, after: () => () => {} });

/** The kinds by method, path and caller alone: what tells deliveries from other requests is not the relay's. */
const kindOf = (head: RequestHead | undefined, healthPath: string): RequestKind => {
  if (head === undefined) return 'invocation';
  const { method, target, caller } = head;
  if (caller !== undefined) return 'invocation';
  if (target.startsWith('/actors/')) return 'actor';
  if (target.startsWith('/job/')) return 'job';
  if (method === 'OPTIONS' || target.startsWith('/dapr/')) return 'init';
  if (method === 'POST') return 'delivery';
  return target.split('?')[0] === healthPath ? 'health' : 'invocation';
};

/** The data plane between a raw daprd and a raw app, with everything around it in the test's hands. */
export class Relay {
  readonly app: WireServer;
  readonly port: number;
  readonly gate: Gate;
  readonly context: ChannelContext;
  readonly traffic: Traffic;
  readonly budget = new MemoryBudget();
  /** What is to be done with a kind of request. */
  admission: (kind: RequestKind) => Admission = () => 'forward';
  onSuspected: (how: AppFailure) => void = () => {};
  readonly suspected: string[] = [];
  /** What was given up, or could not be sent again. */
  readonly notes: ChannelNote[] = [];
  readonly lastTries: ChannelNote[] = [];
  /** How each request ended, such as `delivery app 200`. */
  readonly endings: string[] = [];
  /** Each change of what is in flight, all kinds together. */
  readonly inFlightSeen: number[] = [];
  readonly #waiting = new Set<() => void>();
  readonly #wires: Wire[] = [];
  readonly #timers = new Set<() => void>();

  private constructor(app: WireServer, port: number, connect: Connect, settings: RelaySettings) {
    this.app = app;
    this.port = port;
    const ended = (kind: RequestKind, ending: Ending): void => {
      this.endings.push(`${kind} ${ending.by}${ending.by === 'nobody' ? '' : ` ${ending.status}`}`);
    };
    this.traffic = new Traffic({ ended, replayed: () => {}, unclear: () => {} }, () => performance.now());
    this.traffic.onChange = () => {
      this.inFlightSeen.push(this.traffic.allInFlight);
      this.#changed();
    };
    this.context = {
      connect,
      admit: ({ kind }) => this.admission(kind),
      traffic: this.traffic,
      budget: this.budget,
      pastCuts: new PastCuts(),
      incoming: (head) => ({ kind: kindOf(head, settings.healthPath ?? '/healthz'), listener: undefined }),
      outlivesDaprd: false,
      replays: settings.replays ?? 2,
      appSuspected: (how) => {
        this.suspected.push(how);
        this.#changed();
        this.onSuspected(how);
      },
      note: (note) => {
        (note.what === 'last-try' ? this.lastTries : this.notes).push(note);
        this.#changed();
      },
      after: (_delayMs, call) => {
        this.#timers.add(call);
        return () => this.#timers.delete(call);
      },
    };
    this.gate = channelGate(port, this.context);
  }

  static async open(settings: RelaySettings = {}): Promise<Relay> {
    const app = settings.app ?? new WireServer(net.createServer({ allowHalfOpen: true }));
    await app.listen();
    const isRefused = settings.isRefused ?? (() => false);
    const [alive, refused] = await Promise.all([plain(app.port), plain(portOfNobody)]);
    const connect: Connect = settings.connect ?? ((read) => (isRefused() ? refused : alive)(read));
    const relay = new Relay(app, await takePort(), connect, settings);
    await relay.gate.open();
    return relay;
  }

  /** A new connection of daprd's. */
  async daprd(): Promise<Wire> {
    const wire = await connectWire(this.port, () => this.#story());
    this.#wires.push(wire);
    return wire;
  }

  /** Lets the time pass that something waits for; answers how many waited. */
  elapse(): number {
    const due = [...this.#timers];
    this.#timers.clear();
    for (const call of due) call();
    return due.length;
  }

  /** Waits for something that traffic, notes or suspicions tell. */
  until(what: string, isSo: () => boolean): Promise<void> {
    return waitFor(what, isSo, this.#waiting, () => this.#story());
  }

  /** What was written before has been read by now, as far as it ever will be: a call has gone all the way and back. */
  async roundTrip(): Promise<void> {
    const was = this.admission;
    this.admission = () => 'forward';
    const daprd = await this.daprd();
    const request = 'GET /round-trip HTTP/1.1\r\n\r\n';
    const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n';
    await daprd.write(request);
    const app = await this.app.accept();
    await app.expects(request);
    await app.write(answer);
    await daprd.expects(answer);
    this.admission = was;
    daprd.end();
    await app.rest();
    app.end();
    await daprd.closed();
  }

  /** Nothing is in anybody's hands, and nothing is kept. */
  async settles(): Promise<void> {
    await this.until('nothing in flight, held or kept', () => this.traffic.allInFlight === 0 && this.isEmpty);
  }

  get isEmpty(): boolean {
    return this.traffic.heldCount === 0 && this.budget.usedBytes === 0 && this.gate.stuck() === 0;
  }

  async close(): Promise<void> {
    await this.gate.shut();
    this.gate.destroyAll();
    for (const wire of this.#wires) wire.destroy();
    await this.app.close();
    giveBackPorts([this.port]);
  }

  #story(): string {
    const { traffic, suspected, endings, notes } = this;
    const counts = `${traffic.allInFlight} in flight, ${traffic.heldCount} held, ${this.budget.usedBytes} bytes kept`;
    return `  ${counts}\n  ${JSON.stringify({ suspected, endings: endings.slice(-20), notes })}`;
  }

  #changed(): void {
    for (const look of this.#waiting) look();
  }
}
