import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import { buildSidecar, type Sidecar } from '../../proxy/app.ts';
import { type Config, readConfig } from '../../proxy/config.ts';
import { env } from '../../proxy/contract.ts';
import { systemClock } from '../../proxy/ports/clock.ts';
import type { Daprd } from '../../proxy/ports/daprd.ts';
import type { Log } from '../../proxy/ports/log.ts';
import { networkProber } from '../../proxy/ports/prober.ts';

/** A port of loopback that nobody listens on. */
export const freePort = async (): Promise<number> => {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
};

/** Waits until something is so; says what was waited for when it is not in time. */
export const until = async (what: string, isSo: () => boolean | Promise<boolean>, withinMs = 10_000): Promise<void> => {
  const deadlineMs = performance.now() + withinMs;
  while (!(await isSo())) {
    if (performance.now() > deadlineMs) throw new Error(`not within ${withinMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** What daprd does to the app channel, and what was asked of it, with the time of each. */
export class StageDaprd implements Daprd {
  readonly asked: { readonly what: 'park' | 'graceful' | 'at-once'; readonly atMs: number }[] = [];
  readonly #port: number;
  readonly #agent = new http.Agent({ keepAlive: true });
  /** Whether it takes parked calls and graceful shutdowns. */
  isReachable = true;
  isRunning = true;
  /** How long it lives after it was told to end at once. */
  diesAfterMs = 100;

  constructor(port: number) {
    this.#port = port;
  }

  send(method: string, path: string, body = '', headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const options = { host: '127.0.0.1', port: this.#port, method, path, headers, agent: this.#agent };
      const request = http.request(options, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }));
      });
      request.on('error', reject);
      request.end(body);
    });
  }

  deliver(id: string): Promise<Answer> {
    return this.send('POST', '/orders', id);
  }

  call(path: string): Promise<Answer> {
    return this.send('POST', path, 'call', { 'dapr-callee-app-id': 'web' });
  }

  async park(): Promise<(() => void) | undefined> {
    this.asked.push({ what: 'park', atMs: performance.now() });
    return this.isReachable ? () => {} : undefined;
  }

  async shutdownGracefully(): Promise<boolean> {
    this.asked.push({ what: 'graceful', atMs: performance.now() });
    return this.isReachable;
  }

  async shutdownAtOnce(): Promise<boolean> {
    this.asked.push({ what: 'at-once', atMs: performance.now() });
    setTimeout(() => this.end(), this.diesAfterMs);
    return true;
  }

  async isGone(): Promise<boolean> {
    return !this.isRunning;
  }

  /** Its process ends, and all its connections with it. */
  end(): void {
    this.isRunning = false;
    this.#agent.destroy();
  }

  /** The times at which something was asked. */
  timesOf(what: 'park' | 'graceful' | 'at-once'): readonly number[] {
    return this.asked.filter((one) => one.what === what).map(({ atMs }) => atMs);
  }
}

/** An app whose every request waits until the test answers it, or that answers by itself. */
export class StageApp {
  readonly #port: number;
  #server: http.Server | undefined;
  /** Ids in the order they came, again for each time. */
  readonly seen: string[] = [];
  readonly waiting: { readonly id: string; readonly answer: (status?: number) => void }[] = [];
  isReady = true;
  answersAtOnce = true;
  busyAnswer = '{"busy":false}';
  subscribe = '[]';

  constructor(port: number) {
    this.#port = port;
  }

  async listen(): Promise<void> {
    const server = http.createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => this.#answer(request.url ?? '', Buffer.concat(chunks).toString(), response));
      request.on('error', () => {});
    });
    server.keepAliveTimeout = 60_000;
    this.#server = server;
    server.listen(this.#port, '127.0.0.1');
    await once(server, 'listening');
  }

  #answer(url: string, id: string, response: http.ServerResponse): void {
    if (url === '/healthz') response.writeHead(this.isReady ? 200 : 503).end();
    else if (url === '/busy') response.writeHead(200, { 'Content-Type': 'application/json' }).end(this.busyAnswer);
    else if (url === '/dapr/subscribe') response.end(this.subscribe);
    else {
      this.seen.push(id);
      if (this.answersAtOnce) response.end(`done ${id}`);
      else this.waiting.push({ id, answer: (status = 200) => response.writeHead(status).end(`done ${id}`) });
    }
  }

  /** Ends its connections, and takes new ones. */
  cut(): void {
    this.waiting.length = 0;
    this.#server?.closeAllConnections();
  }

  /** Dies: connections are reset, the port refuses. */
  crash(): void {
    this.cut();
    this.#server?.close();
    this.#server = undefined;
  }
}

export interface LogLine {
  readonly level: string;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly words: string;
}

/** A sidecar in this process, with an app and a daprd that tests hold in their hands. */
export class Stage {
  readonly config: Config;
  readonly app: StageApp;
  readonly daprd: StageDaprd;
  readonly lines: LogLine[] = [];
  readonly sidecar: Sidecar;

  private constructor(config: Config, app: StageApp, daprd: StageDaprd, sidecar: Sidecar, lines: LogLine[]) {
    this.config = config;
    this.app = app;
    this.daprd = daprd;
    this.sidecar = sidecar;
    this.lines = lines;
  }

  /** Settings are those of the environment, on top of times that are short. */
  static async set(settings: Readonly<Record<string, string>> = {}): Promise<Stage> {
    const [appPort, channelPort, controlPort] = [await freePort(), await freePort(), await freePort()];
    const config = readConfig({
      [env.appPort]: String(appPort),
      [env.readyProbe]: `http://127.0.0.1:${appPort}/healthz`,
      [env.channelPort]: String(channelPort),
      [env.controlPort]: String(controlPort),
      [env.preStopDelay]: '200ms',
      [env.gracePeriod]: '8s',
      [env.drainReserve]: '1s',
      [env.giveBackAfter]: '60s',
      ...Object.fromEntries(
        Object.entries(settings).map(([name, text]) => [name, text.replace('APP', String(appPort))]),
      ),
    });
    if (!config.ok) throw new Error(config.error.join('\n'));
    const lines: LogLine[] = [];
    const line = (level: string) => (facts: object, words: string) => {
      lines.push({ level, facts: facts as Readonly<Record<string, unknown>>, words });
    };
    const log: Log = { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') };
    const daprd = new StageDaprd(channelPort);
    const ports = { clock: systemClock, prober: networkProber, daprd, log };
    const sidecar = await buildSidecar(config.value, ports);
    await sidecar.start();
    return new Stage(config.value, new StageApp(appPort), daprd, sidecar, lines);
  }

  /** With an app that is ready and a gate that is open. */
  static async open(settings: Readonly<Record<string, string>> = {}): Promise<Stage> {
    const stage = await Stage.set(settings);
    await stage.app.listen();
    await stage.phase('open');
    return stage;
  }

  phase(phase: string): Promise<void> {
    return until(`phase ${phase}`, () => this.sidecar.lifecycle.phase === phase);
  }

  /** Whether anything listens where daprd looks for the app. */
  isGateOpen(): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = net.connect({ host: '127.0.0.1', port: this.config.channelPort });
      socket.on('connect', () => {
        socket.destroy();
        resolve(true);
      });
      socket.on('error', () => resolve(false));
    });
  }

  async control(method: string, path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    const response = await fetch(`http://127.0.0.1:${this.config.controlPort}${path}`, { method, headers });
    return { status: response.status, body: await response.text() };
  }

  podGoes(): Promise<Answer> {
    return this.control('POST', '/daps/self-shutdown');
  }

  appHook(): Promise<Answer> {
    return this.control('GET', '/daps/app-shutdown');
  }

  warnings(): readonly string[] {
    return this.lines.filter(({ level }) => level === 'warn' || level === 'error').map(({ words }) => words);
  }

  async strike(): Promise<void> {
    this.daprd.end();
    this.app.crash();
    await this.sidecar.stop();
  }
}
