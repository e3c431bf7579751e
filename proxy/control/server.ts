import net from 'node:net';
import { type Answer, bytesOf, plainText } from './answer.ts';
import { type AskedFor, readHead } from './request-head.ts';
import { Room } from './room.ts';

/** Whoever asked for something that takes time. */
export interface Caller {
  /** Calls once when the caller hangs up, at once where it has. One call only. */
  readonly onGone: (call: () => void) => void;
}

/** Answers at once, or with a promise for which the caller waits; `undefined` to a caller who has gone. */
export type Route = (asked: AskedFor, caller: Caller) => Answer | Promise<Answer | undefined>;

export interface ControlLimits {
  /** How long a caller may take for its request, ms. */
  readonly headMs: number;
  /** How long a caller may take to read its answer and close, ms. */
  readonly answerMs: number;
  /** How much a caller may send behind its head; it is not read into memory. */
  readonly bytesBehindHead: number;
  /** Connections at a time that ask, or read their answer. */
  readonly passing: number;
  /** Connections at a time that wait for an answer. */
  readonly waiting: number;
}

/** The kubelet, Prometheus and people need a handful of each. */
const usualLimits: ControlLimits = {
  headMs: 5000,
  answerMs: 5000,
  bytesBehindHead: 64 * 1024,
  passing: 128,
  waiting: 1024,
};

/** As many as are accepted in one go, some 10 ms; the kernel lets the others try again. */
const backlog = 256;
const sweepEveryMs = 1000;
/** A caller whose node is gone says nothing; the kernel finds out after this time and its own. */
const keepAliveMs = 30_000;

/**
 * The server of the control port, made for strangers: one request a connection, whose headers and body nobody reads.
 *
 *   asking ──head──▶ waiting ──answer──▶ reading its answer ──▶ gone
 *      └─────answer at once────────────▶       ▲
 *      └─no HTTP, too long─────────────────────┘
 *
 * A connection that takes longer than its limits is ended, one that waits for a hook never is, but for places.
 */
export class ControlServer {
  readonly #server: net.Server;
  readonly #route: Route;
  readonly #limits: ControlLimits;
  readonly #passing: Room<Visit>;
  readonly #waiting: Room<Visit>;
  #sweep: NodeJS.Timeout | undefined;

  constructor(route: Route, limits: Partial<ControlLimits> = {}) {
    this.#route = route;
    this.#limits = { ...usualLimits, ...limits };
    this.#passing = new Room(this.#limits.passing, 'its oldest');
    this.#waiting = new Room(this.#limits.waiting, 'its newest');
    const options = { noDelay: true, keepAlive: true, keepAliveInitialDelay: keepAliveMs };
    this.#server = net.createServer(options, (socket) => this.#visit(socket));
  }

  /** On all addresses: the kubelet calls from outside the pod, over IPv4 or IPv6. Rejects where the port is taken. */
  listen(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ port, backlog }, () => {
        this.#server.off('error', reject);
        // What fails later is one connection's, which the kernel lets go.
        this.#server.on('error', () => {});
        resolve();
      });
    });
  }

  /** Ends every connection, and listens no more. */
  close(): Promise<void> {
    clearInterval(this.#sweep);
    for (const visit of [...this.#passing, ...this.#waiting]) visit.end();
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
    });
  }

  #visit(socket: net.Socket): void {
    const visit = new Visit(socket, this.#route, this.#limits, {
      waits: () => {
        this.#passing.leave(visit);
        this.#waiting.enter(visit)?.end();
      },
      waitsNoMore: () => {
        this.#waiting.leave(visit);
        this.#passing.enter(visit)?.end();
      },
      left: () => {
        this.#waiting.leave(visit);
        this.#passing.leave(visit);
      },
    });
    this.#passing.enter(visit)?.end();
    this.#sweep ??= setInterval(() => this.#endLate(), sweepEveryMs);
  }

  #endLate(): void {
    const nowMs = performance.now();
    for (const visit of this.#passing) if (nowMs >= visit.untilMs) visit.end();
    if (this.#passing.count > 0) return;
    clearInterval(this.#sweep);
    this.#sweep = undefined;
  }
}

interface Places {
  readonly waits: () => void;
  readonly waitsNoMore: () => void;
  readonly left: () => void;
}

/** One connection. */
class Visit implements Caller {
  readonly address: string;
  /** When it must have got further. */
  untilMs: number;
  readonly #socket: net.Socket;
  readonly #route: Route;
  readonly #limits: ControlLimits;
  readonly #places: Places;
  /** Undefined once the head is whole. */
  #head: string | undefined = '';
  #isAnswered = false;
  #isGone = false;
  #bytesBehindHead = 0;
  #tellGone: (() => void) | undefined;

  constructor(socket: net.Socket, route: Route, limits: ControlLimits, places: Places) {
    this.address = socket.remoteAddress ?? '';
    this.untilMs = performance.now() + limits.headMs;
    this.#socket = socket;
    this.#route = route;
    this.#limits = limits;
    this.#places = places;
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
    // As for Node's own server, a caller that closes its side has gone; the last bytes of an answer still go out.
    socket.on('end', () => {
      if (!this.#isAnswered) this.end();
    });
    socket.on('error', () => this.end());
    socket.on('close', () => this.end());
  }

  onGone(call: () => void): void {
    if (this.#isGone) call();
    else this.#tellGone = call;
  }

  end(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#places.left();
    this.#socket.destroy();
    this.#tellGone?.();
  }

  #read(chunk: Buffer): void {
    if (this.#head === undefined) {
      this.#bytesBehindHead += chunk.length;
      if (this.#bytesBehindHead > this.#limits.bytesBehindHead) this.end();
      return;
    }
    this.#head += chunk.toString('latin1');
    const asked = readHead(this.#head);
    if (asked === 'incomplete') return;
    this.#head = undefined;
    if (asked === 'no-http') this.#answer(plainText(400, 'not HTTP/1.1\n'), 'GET');
    else if (asked === 'too-long') this.#answer(plainText(431, 'the head of the request is too long\n'), 'GET');
    else void this.#ask(asked);
  }

  async #ask(asked: AskedFor): Promise<void> {
    const answer = this.#route(asked, this);
    if (!(answer instanceof Promise)) {
      this.#answer(answer, asked.method);
      return;
    }
    this.#places.waits();
    const later = await answer.catch(() => plainText(500, 'this cannot be told now\n'));
    if (this.#isGone || later === undefined) return;
    this.#places.waitsNoMore();
    this.#answer(later, asked.method);
  }

  /** The caller closes when it has read the answer; what it still sends is dropped, so that no reset overtakes the answer. */
  #answer(answer: Answer, method: string): void {
    if (this.#isGone) return;
    this.#isAnswered = true;
    this.untilMs = performance.now() + this.#limits.answerMs;
    this.#socket.end(bytesOf(answer, method));
  }
}
