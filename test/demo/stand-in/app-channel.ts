import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

const dialEveryMs = 100;

const isListening = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    const end = (answer: boolean) => (): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.on('connect', end(true)).on('error', end(false));
  });

/** The connections of a daprd to "the app": kept alive, one for each message in flight. */
export class AppChannel {
  readonly #port: number;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1024, maxFreeSockets: 64 });

  constructor(port: number) {
    this.#port = port;
  }

  /** All that daprd wants to know of an app: that something listens (pkg/runtime, `blockUntilAppIsReady`). */
  async untilFound(): Promise<void> {
    while (!(await isListening(this.#port))) await delay(dialEveryMs);
  }

  get(path: string): Promise<number | undefined> {
    return this.#ask('GET', path, '');
  }

  /** Hands the app a message as a CloudEvent; whether it said it was done with it. */
  async deliver(route: string, id: string): Promise<boolean> {
    const event = { specversion: '1.0', id, source: 'demo', type: 'com.dapr.event.sent', data: { id } };
    const status = (await this.#ask('POST', route, JSON.stringify(event))) ?? 0;
    return status >= 200 && status < 300;
  }

  /** The answer's status; undefined for a connection that broke. */
  #ask(method: string, path: string, body: string): Promise<number | undefined> {
    return new Promise((resolve) => {
      const headers = { 'content-type': 'application/cloudevents+json', 'content-length': Buffer.byteLength(body) };
      const options = { host: '127.0.0.1', port: this.#port, method, path, headers, agent: this.#agent };
      const sent = request(options, (response) => {
        response.on('error', () => resolve(undefined)).on('end', () => resolve(response.statusCode));
        response.resume();
      });
      sent.on('error', () => resolve(undefined));
      sent.end(body);
    });
  }
}
