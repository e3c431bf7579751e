import http from 'node:http';
import type { Clock } from '../../../proxy/adapters/clock.ts';
import type { Asked, Daprd, MetadataAnswer, Parked } from '../../../proxy/adapters/daprd.ts';

export interface Answer {
  readonly status: number;
  readonly body: string;
}

type What = 'park' | 'graceful' | 'at-once' | 'let-go';

/** What daprd does to the app channel, and what was asked of it, with the time of each. */
export class StageDaprd implements Daprd {
  readonly asked: { readonly what: What; readonly atMs: number }[] = [];
  readonly #port: number;
  readonly #clock: Clock;
  #tell: () => void = () => {};
  readonly #told = new Promise<void>((resolve) => {
    this.#tell = resolve;
  });
  readonly #agent = new http.Agent({ keepAlive: true });
  /** Whether it takes parked calls and graceful shutdowns. */
  isReachable = true;
  isRunning = true;
  /** Whether an API allowlist leaves out its shutdown. */
  refusesShutdown = false;
  /** Whether it has all that it needs but the app. */
  hasAllButApp = true;
  /** How often it has said that it is not healthy. */
  unhealthyCount: number | undefined = 0;
  /** What it tells of its subscriptions and bindings, and how often it was asked. */
  tells: MetadataAnswer = { kind: 'told', json: '{}' };
  metadataAsked = 0;
  /** What it does when it is asked to shut down, which a parked call keeps from its end. */
  endsGracefully: () => void = () => undefined;
  /** How often other apps have called this one. */
  callsCount: number | undefined = 0;
  /** How long it lives after a request to end at once. */
  diesAfterMs = 100;

  constructor(port: number, clock: Clock) {
    this.#port = port;
    this.#clock = clock;
  }

  send(method: string, path: string, body = '', headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return ask({ port: this.#port, method, path, headers, agent: this.#agent }, body);
  }

  deliver(id: string): Promise<Answer> {
    return this.send('POST', '/orders', id, { 'content-type': 'application/cloudevents+json' });
  }

  call(path: string): Promise<Answer> {
    return this.send('POST', path, 'call', { 'dapr-caller-app-id': 'shop', 'dapr-callee-app-id': 'web' });
  }

  async park(): Promise<Parked | undefined> {
    this.#note('park');
    return this.isReachable ? { told: this.#told, letGo: () => {} } : undefined;
  }

  /** The kubelet's SIGTERM: it tells its parked calls, and waits for them. */
  sigterm(): void {
    this.#tell();
  }

  async shutdownGracefully(): Promise<Asked> {
    this.#note('graceful');
    if (this.refusesShutdown) return 'refused';
    this.#tell();
    this.endsGracefully();
    return this.isReachable ? 'taken' : 'unreachable';
  }

  async shutdownAtOnce(): Promise<Asked> {
    this.#note('at-once');
    if (this.refusesShutdown) return 'refused';
    this.#clock.after(this.diesAfterMs, () => this.end());
    return 'taken';
  }

  letGo(): void {
    this.#note('let-go');
  }

  async isEnding(): Promise<boolean> {
    return !this.isRunning;
  }

  async isOutboundHealthy(): Promise<boolean> {
    return this.hasAllButApp;
  }

  async unhealthyAnswers(): Promise<number | undefined> {
    return this.unhealthyCount;
  }

  async metadata(): Promise<MetadataAnswer> {
    this.metadataAsked += 1;
    return this.tells;
  }

  async callsReceived(): Promise<number | undefined> {
    return this.callsCount;
  }

  async isGone(): Promise<boolean> {
    return !this.isRunning;
  }

  /** Its process ends, and all its connections with it. */
  end(): void {
    this.isRunning = false;
    this.#tell();
    this.#agent.destroy();
  }

  /** The times at which something was asked. */
  timesOf(what: What): readonly number[] {
    return this.asked.filter((one) => one.what === what).map(({ atMs }) => atMs);
  }

  #note(what: What): void {
    this.asked.push({ what, atMs: this.#clock.nowMs() });
  }
}

/** One request to loopback, and its whole answer. */
export const ask = (options: http.RequestOptions, body = ''): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const request = http.request({ host: '127.0.0.1', ...options }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }));
    });
    request.on('error', reject);
    request.end(body);
  });
