import http from 'node:http';
import type net from 'node:net';
import { OneRequest } from './one-request.ts';
import type { Pace } from './pace.ts';
import { type AskedFor, readHead } from './request-head.ts';

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

/** What a visit reports, so that the guard can move it from room to room. */
export interface Places {
  readonly waits: () => void;
  readonly waitsNoMore: () => void;
  readonly left: () => void;
}

/** One connection to the control port, from its request line to the end of its answer. */
export class Visit {
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
