import net from 'node:net';
import type { Daprd } from '../../../proxy/adapters/daprd.ts';
import type { Log } from '../../../proxy/adapters/log.ts';
import { networkProber, type Prober } from '../../../proxy/adapters/prober.ts';
import { type Config, readConfig } from '../../../proxy/config.ts';
import { env, paths } from '../../../proxy/contract/names.ts';
import { buildSidecar, type Sidecar } from '../../../proxy/sidecar.ts';
import { eventually, patienceMs } from '../eventually.ts';
import { giveBackPorts, takePort } from '../pod/own-ports.ts';
import { turns } from '../turns.ts';
import { StageApp } from './fake-app.ts';
import { FakeClock } from './fake-clock.ts';
import { type Answer, ask, StageDaprd } from './fake-daprd.ts';

export interface LogLine {
  readonly level: string;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly words: string;
}

/** The most that passes of the sidecar's time while a test waits for something. */
const longestMs = 600_000;

/** What the sidecar asks of the app and of daprd, and has no answer to yet. */
class Questions {
  #open = 0;

  get areAnswered(): boolean {
    return this.#open === 0;
  }

  /** The same function, counted while it is under way. */
  counted<Asked extends readonly unknown[], Answered>(
    ask: (...asked: Asked) => Promise<Answered>,
  ): (...asked: Asked) => Promise<Answered> {
    return async (...asked) => {
      this.#open += 1;
      try {
        return await ask(...asked);
      } finally {
        this.#open -= 1;
      }
    };
  }

  ofProber({ probe, isRefused, getJson }: Prober): Prober {
    return { probe: this.counted(probe), isRefused: this.counted(isRefused), getJson: this.counted(getJson) };
  }

  ofDaprd(daprd: Daprd): Daprd {
    return {
      park: this.counted(() => daprd.park()),
      shutdownGracefully: this.counted(() => daprd.shutdownGracefully()),
      shutdownAtOnce: this.counted(() => daprd.shutdownAtOnce()),
      letGo: () => daprd.letGo(),
      isEnding: this.counted(() => daprd.isEnding()),
      isOutboundHealthy: this.counted(() => daprd.isOutboundHealthy()),
      unhealthyAnswers: this.counted(() => daprd.unhealthyAnswers()),
      metadata: this.counted(() => daprd.metadata()),
      callsReceived: this.counted(() => daprd.callsReceived()),
      isGone: this.counted(() => daprd.isGone()),
    };
  }
}

/** A sidecar in this process, with an app, a daprd and a time that tests hold in their hands. Its sockets are real. */
export class Stage {
  readonly config: Config;
  readonly clock: FakeClock;
  readonly app: StageApp;
  readonly daprd: StageDaprd;
  readonly sidecar: Sidecar;
  readonly lines: readonly LogLine[];
  readonly #questions: Questions;

  private constructor(parts: {
    readonly config: Config;
    readonly clock: FakeClock;
    readonly daprd: StageDaprd;
    readonly sidecar: Sidecar;
    readonly lines: readonly LogLine[];
    readonly questions: Questions;
  }) {
    this.config = parts.config;
    this.clock = parts.clock;
    this.app = new StageApp(parts.config.app.port);
    this.daprd = parts.daprd;
    this.sidecar = parts.sidecar;
    this.lines = parts.lines;
    this.#questions = parts.questions;
  }

  /** Settings are those of the environment. */
  static async set(settings: Readonly<Record<string, string>> = {}): Promise<Stage> {
    const [appPort, channelPort, controlPort] = [await takePort(), await takePort(), await takePort()];
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
    const clock = new FakeClock();
    const daprd = new StageDaprd(channelPort, clock);
    const questions = new Questions();
    const sidecar = await buildSidecar(config.value, {
      clock,
      log,
      prober: questions.ofProber(networkProber),
      daprd: questions.ofDaprd(daprd),
    });
    await sidecar.start();
    return new Stage({ config: config.value, clock, daprd, sidecar, lines, questions });
  }

  /** With an app that is ready and a gate that is open. */
  static async open(settings: Readonly<Record<string, string>> = {}): Promise<Stage> {
    const stage = await Stage.set(settings);
    await stage.app.listen();
    await stage.phase('open');
    return stage;
  }

  // Time

  /** Lets time pass: what is due happens, and is over before time goes on. */
  async passes(ms: number): Promise<void> {
    const untilMs = this.clock.nowMs() + ms;
    do await this.#rest();
    while (this.clock.step(untilMs));
    this.clock.moveTo(untilMs);
  }

  /** Waits until something is so, while the sidecar's time passes from one timer to the next. */
  async until(what: string, isSo: () => boolean): Promise<void> {
    const untilMs = this.clock.nowMs() + longestMs;
    const passOn = async (): Promise<boolean> => {
      do {
        await this.#rest();
        if (isSo()) return true;
      } while (this.clock.step(untilMs));
      return false;
    };
    await eventually(what, passOn, patienceMs, () => this.story());
  }

  phase(phase: string): Promise<void> {
    return this.until(`phase ${phase}`, () => this.sidecar.lifecycle.phase === phase);
  }

  /** Waits for a promise, while the sidecar's time passes. */
  async awaits<T>(what: string, promise: Promise<T>): Promise<T> {
    const settling = settlingOf(promise);
    await this.until(what, () => settling.isSettled);
    return promise;
  }

  /** The app's hook is answered, after as much of the sidecar's time as that takes. */
  drained(hook: Promise<Answer> = this.appHook()): Promise<Answer> {
    return this.awaits("an answer to the app's hook", hook);
  }

  /** Whether a promise is settled by what has happened until now. Time stands still. */
  async isSettled(promise: Promise<unknown>): Promise<boolean> {
    const settling = settlingOf(promise);
    await this.#rest();
    return settling.isSettled;
  }

  /** Waits until something is so that takes none of the sidecar's time: it goes through sockets only. */
  arrives(what: string, isSo: () => boolean): Promise<void> {
    return eventually(what, isSo, patienceMs, () => this.story());
  }

  /** The app is at work on so many requests that it has not answered. */
  appWorks(count = 1): Promise<void> {
    return this.arrives(`the app works on ${count}`, () => this.app.waiting.length === count);
  }

  isHeld(count: number): Promise<void> {
    return this.arrives(`${count} held`, () => this.sidecar.traffic.heldCount === count);
  }

  /**
   * What the sidecar has begun is over: its questions are answered, and what was written to any connection before has
   * been read, since a request that was sent later has gone all the way and back.
   */
  async #rest(): Promise<void> {
    do {
      await this.control('GET', paths.livez);
      await turns(1);
    } while (!this.#questions.areAnswered);
  }

  // What there is to see

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

  control(method: string, path: string): Promise<Answer> {
    return ask({ port: this.config.controlPort, method, path, agent: false });
  }

  /** As the sidecar's own hook tells it, by a signal. */
  async podGoes(): Promise<void> {
    this.sidecar.podGoing();
  }

  appHook(): Promise<Answer> {
    return this.control('GET', paths.appShutdown);
  }

  /** The hook of a container beside the app. */
  containerHook(): Promise<Answer> {
    return this.control('GET', paths.containerShutdown);
  }

  warnings(): readonly string[] {
    return this.lines.filter(({ level }) => level === 'warn' || level === 'error').map(({ words }) => words);
  }

  /** What has happened so far, for a test that waits in vain. */
  story(): string {
    const { lifecycle, traffic } = this.sidecar;
    return [
      ...this.lines.map(({ level, words }) => `  ${level}: ${words}`),
      `  now: ${lifecycle.phase}, ${traffic.allInFlight} in flight, ${traffic.heldCount} held`,
      `  the app has seen ${JSON.stringify(this.app.seen)}; daprd was asked ${JSON.stringify(this.daprd.asked)}`,
    ].join('\n');
  }

  async strike(): Promise<void> {
    this.daprd.end();
    this.app.crash();
    await this.sidecar.stop();
    giveBackPorts([this.config.app.port, this.config.channelPort, this.config.controlPort]);
  }
}

/** Tells at any time whether a promise is settled. */
const settlingOf = (promise: Promise<unknown>): { readonly isSettled: boolean } => {
  const settling = { isSettled: false };
  const settle = (): void => {
    settling.isSettled = true;
  };
  promise.then(settle, settle);
  return settling;
};
