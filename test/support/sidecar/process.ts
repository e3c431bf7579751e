import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import http, { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { env } from '../../../proxy/contract/names.ts';
import { eventually, inTime, patienceMs } from '../eventually.ts';
import { giveBackPorts, takePort } from '../pod/own-ports.ts';
import { root } from '../sources.ts';

const bundle = join(root, 'dist/daps-sidecar.mjs');

/** What the image gives to Node before the file. */
export const imageFlags = (): readonly string[] => {
  const dockerfile = readFileSync(join(root, 'proxy/Dockerfile'), 'utf8');
  const words = JSON.parse(/^ENTRYPOINT (\[.*\])$/m.exec(dockerfile)?.[1] ?? '[]') as readonly string[];
  return words.slice(1, -1);
};

/** The bundle as a process, beside an app that answers everything, and no daprd. */
export class SidecarProcess {
  readonly environment: Readonly<Record<string, string>>;
  readonly controlPort: number;
  readonly channelPort: number;
  /** What it wrote to stdout and stderr, where those are pipes of this process. */
  readonly said: string[] = [];
  readonly #child: ChildProcess;
  readonly #app: Server;
  readonly #agent = new http.Agent({ keepAlive: true });

  private constructor(
    app: Server,
    ports: { readonly control: number; readonly channel: number; readonly daprd: number },
    settings: Readonly<Record<string, string>>,
    stdio: StdioOptions,
    openFiles: number | undefined,
  ) {
    this.#app = app;
    const appPort = (app.address() as AddressInfo).port;
    this.controlPort = ports.control;
    this.channelPort = ports.channel;
    this.environment = {
      [env.appPort]: String(appPort),
      [env.readyProbe]: `tcp://127.0.0.1:${appPort}`,
      [env.channelPort]: String(ports.channel),
      [env.controlPort]: String(ports.control),
      [env.daprdHttpPort]: String(ports.daprd),
      [env.daprdGrpcPort]: String(ports.daprd),
      [env.logLevel]: 'info',
      ...settings,
    };
    const command = [process.execPath, ...imageFlags(), bundle];
    const limited = ['sh', '-c', `ulimit -n ${openFiles}; exec "$@"`, 'sh', ...command];
    const [program = '', ...args] = openFiles === undefined ? command : limited;
    this.#child = spawn(program, args, {
      env: { ...process.env, ...this.environment },
      stdio,
    });
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.on('data', (chunk) => this.said.push(String(chunk)));
  }

  /** Resolves once its gate is open. `openFiles`: how many descriptors it may have. */
  static async open(
    settings: Readonly<Record<string, string>> = {},
    stdio: StdioOptions = ['ignore', 'pipe', 'pipe'],
    openFiles?: number,
  ): Promise<SidecarProcess> {
    const sidecar = await SidecarProcess.#start(settings, stdio, openFiles);
    await sidecar.until('the gate is open', async () => (await sidecar.phase()) === 'open');
    return sidecar;
  }

  /** One that cannot start: what it said, and its exit code. */
  static async ending(
    settings: Readonly<Record<string, string>>,
  ): Promise<{ readonly code: number | null; readonly said: string }> {
    const sidecar = await SidecarProcess.#start(settings, ['ignore', 'pipe', 'pipe']);
    const [code] = await sidecar.ended();
    sidecar.stop();
    return { code, said: sidecar.said.join('') };
  }

  static async #start(
    settings: Readonly<Record<string, string>>,
    stdio: StdioOptions,
    openFiles?: number,
  ): Promise<SidecarProcess> {
    const app = createServer((request, response) => request.resume().on('end', () => response.end('ok')));
    await once(app.listen(0, '127.0.0.1'), 'listening');
    const ports = { control: await takePort(), channel: await takePort(), daprd: await takePort() };
    return new SidecarProcess(app, ports, settings, stdio, openFiles);
  }

  get control(): string {
    return `http://127.0.0.1:${this.controlPort}`;
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** SIGTERM, once nothing of daprd's is connected: its process has ended. */
  end(): void {
    this.#agent.destroy();
    this.kill('SIGTERM');
  }

  /** The phase, or why it does not tell. */
  async phase(): Promise<string> {
    try {
      const answer = await fetch(`${this.control}/readyz`, { headers: { connection: 'close' } });
      return (await answer.text()).trim();
    } catch (error) {
      return String(error);
    }
  }

  until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
    return eventually(what, isSo, patienceMs, () => this.said.join(''));
  }

  /** Its exit code and signal, once it has ended. */
  async ended(): Promise<readonly [number | null, NodeJS.Signals | null]> {
    if (this.isRunning) await inTime('its end', once(this.#child, 'close'), patienceMs, () => this.said.join(''));
    return [this.#child.exitCode, this.#child.signalCode];
  }

  /** The app is away: its connections end, and its port refuses. */
  async stopApp(): Promise<void> {
    this.#app.closeAllConnections();
    this.#app.close();
    await once(this.#app, 'close');
  }

  /** The app is back, on the same port. */
  async startApp(): Promise<void> {
    await once(this.#app.listen(Number(this.environment[env.appPort]), '127.0.0.1'), 'listening');
  }

  /** The value of a metric without labels. */
  async metric(name: string): Promise<number> {
    const text = await (await fetch(`${this.control}/metrics`)).text();
    const line = text.split('\n').find((each) => each.startsWith(`${name} `));
    return Number(line?.slice(name.length + 1));
  }

  /** One delivery as daprd makes it; its status, and how long it took, ms. */
  deliver(): Promise<{ readonly status: number; readonly tookMs: number }> {
    const startedMs = performance.now();
    return new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/cloudevents+json' };
      const [host, port, agent] = ['127.0.0.1', this.channelPort, this.#agent];
      const request = http.request({ host, port, agent, method: 'POST', path: '/orders', headers }, (response) => {
        response.resume().on('end', () => {
          resolve({ status: response.statusCode ?? 0, tookMs: performance.now() - startedMs });
        });
      });
      request.on('error', reject);
      request.end('x');
    });
  }

  /** Memory that is its own: not the pages of Node's program, which all sidecars of a node share (proc(5)). */
  privateBytes(): number {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, 'utf8');
    return 1024 * Number(/^RssAnon:\s*(\d+) kB$/m.exec(status)?.[1]);
  }

  /** How many files and sockets it has open. */
  descriptors(): number {
    return readdirSync(`/proc/${this.#child.pid}/fd`).length;
  }

  stop(): void {
    this.#child.kill('SIGKILL');
    this.#agent.destroy();
    this.#app.closeAllConnections();
    this.#app.close();
    giveBackPorts([this.controlPort, this.channelPort]);
  }
}
