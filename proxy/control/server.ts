import http from 'node:http';
import net from 'node:net';
import { adoptReading } from '../adapters/adopt-reading.ts';
import { Pace } from './pace.ts';
import { maxHeadBytes } from './request-head.ts';
import { Room } from './room.ts';
import { type ControlLimits, Visit } from './visit.ts';

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
