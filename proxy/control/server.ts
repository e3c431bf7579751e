import http from 'node:http';
import net from 'node:net';
import { adoptReading } from '../adapters/adopt-reading.ts';
import { OneRequest } from './one-request.ts';
import { Pace } from './pace.ts';
import { type AskedFor, maxHeadBytes, readHead } from './request-head.ts';
import { Room } from './room.ts';

export interface ControlLimits {
  /** How long a caller may take for its request, ms. */
  readonly headMs: number;
  /** How long a caller may take to read its answer and close, ms. */
  readonly answerMs: number;
  /** How much a caller may send after its head. daps keeps none of it. */
  readonly bytesBehindHead: number;
  /** How many connections may send their request or read their answer at a time. */
  readonly passing: number;
  /** How many connections may wait for an answer at a time. */
  readonly waiting: number;
  /** How many requests daps answers in a second, and how many of those at once. */
  readonly perSecond: number;
  readonly burst: number;
}

/**
 * The kubelet, Prometheus and people need a handful of each. There are more places than requests in a second, so that
 * strangers who come again at once are slowed down by their turn, and do not push each other out.
 */
const usualLimits: ControlLimits = {
  headMs: 5000,
  answerMs: 5000,
  bytesBehindHead: 64 * 1024,
  passing: 1024,
  waiting: 1024,
  perSecond: 300,
  burst: 32,
};

/** As many connections as Node accepts in one go, some 10 ms. The kernel makes the others try again. */
const backlog = 256;
const sweepEveryMs = 1000;
/**
 * The buffer that every connection reads into: daps looks at all bytes of a stranger once, and keeps a head as text.
 */
const buffer = Buffer.allocUnsafeSlow(maxHeadBytes);
const reading = (take: (chunk: Buffer) => void): net.OnReadOpts => ({
  buffer,
  callback: (bytes) => {
    take(buffer.subarray(0, bytes));
    return true;
  },
});

/** A caller whose node is gone sends nothing. The kernel finds out after this time and its own. */
const keepAliveMs = 30_000;

/**
 * Guards the control port against strangers: it reads one request line from each connection, and hands that to Express.
 *
 *   asking ──head──▶ waiting ──answer──▶ reading its answer ──▶ gone
 *      └─no HTTP, too long─────────────────────▲
 *
 * It closes a connection that takes longer than its limits. One that waits for a hook it closes only to free a place.
 */
export class ControlServer {
  readonly #server: net.Server;
  /** Listens on no port: the guard hands requests to it. */
  readonly #http: http.Server;
  readonly #limits: ControlLimits;
  readonly #passing: Room<Visit>;
  readonly #waiting: Room<Visit>;
  readonly #pace: Pace;
  #sweep: NodeJS.Timeout | undefined;

  constructor(app: http.RequestListener, limits: Partial<ControlLimits> = {}) {
    this.#http = http.createServer(app);
    this.#limits = { ...usualLimits, ...limits };
    this.#passing = new Room(this.#limits.passing, 'its oldest');
    this.#waiting = new Room(this.#limits.waiting, 'its newest');
    this.#pace = new Pace(this.#limits);
    const options = { noDelay: true, keepAlive: true, keepAliveInitialDelay: keepAliveMs, pauseOnConnect: true };
    this.#server = net.createServer(options, (accepted) =>
      this.#visit(adoptReading(accepted, reading, { allowHalfOpen: false })),
    );
  }

  /** On all addresses: the kubelet calls from outside the pod, over IPv4 or IPv6. Rejects if the port is taken. */
  listen(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ port, backlog }, () => {
        this.#server.off('error', reject);
        // A later error concerns one connection, which the kernel closes.
        this.#server.on('error', () => {});
        resolve();
      });
    });
  }

  /** Closes every connection, and stops listening. */
  close(): Promise<void> {
    clearInterval(this.#sweep);
    for (const visit of [...this.#passing, ...this.#waiting]) visit.end();
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
    });
  }

  #visit(socket: net.Socket): void {
    const visit = new Visit(socket, this.#http, this.#limits, this.#pace, {
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
class Visit {
  readonly address: string;
  /** When it must have made progress. */
  untilMs: number;
  readonly #socket: net.Socket;
  readonly #http: http.Server;
  readonly #limits: ControlLimits;
  readonly #pace: Pace;
  readonly #places: Places;
  #giveUpTurn: () => void = () => {};
  /** Undefined once the head is whole. */
  #head: string | undefined = '';
  #request: OneRequest | undefined;
  #isAnswered = false;
  #isGone = false;
  #bytesBehindHead = 0;

  constructor(socket: net.Socket, server: http.Server, limits: ControlLimits, pace: Pace, places: Places) {
    this.#pace = pace;
    this.address = socket.remoteAddress ?? '';
    this.untilMs = performance.now() + limits.headMs;
    this.#socket = socket;
    this.#http = server;
    this.#limits = limits;
    this.#places = places;
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
    // As in Node's own server, a caller that closes its side has gone. The last bytes of an answer still go out.
    socket.on('end', () => {
      if (!this.#isAnswered) this.end();
    });
    socket.on('error', () => this.end());
    socket.on('close', () => this.end());
  }

  end(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#giveUpTurn();
    this.#places.left();
    this.#socket.destroy();
    this.#request?.destroy();
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
    if (asked === 'no-http') this.#refuse(400, 'not HTTP/1.1\n');
    else if (asked === 'too-long') this.#refuse(431, 'the head of the request is too long\n');
    else {
      // daps reads no more of it before its turn, so a connection that waits costs nothing.
      this.#socket.pause();
      this.#giveUpTurn = this.#pace.enter(() => this.#ask(asked));
    }
  }

  #ask(asked: AskedFor): void {
    this.#socket.resume();
    this.#places.waits();
    if (this.#isGone) return;
    this.#request = new OneRequest(this.#socket, asked, () => this.#answers());
    this.#http.emit('connection', this.#request);
  }

  /** The answer begins. */
  #answers(): void {
    if (this.#isAnswered || this.#isGone) return;
    this.#isAnswered = true;
    this.untilMs = performance.now() + this.#limits.answerMs;
    this.#places.waitsNoMore();
  }

  #refuse(status: number, words: string): void {
    this.#isAnswered = true;
    this.untilMs = performance.now() + this.#limits.answerMs;
    this.#socket.end(
      `HTTP/1.1 ${status} ${http.STATUS_CODES[status]}\r\nContent-Type: text/plain; charset=utf-8\r\n` +
        `Content-Length: ${words.length}\r\nConnection: close\r\n\r\n${words}`,
    );
  }
}
