import type { AppFailure, ChannelNote, Request } from '../channel/context.ts';
import type { Gate } from '../channel/gate.ts';
import type { Traffic } from '../channel/traffic.ts';
import { type Config, isHttp1 } from '../config.ts';
import { type Admission, admission } from '../policy/admission.ts';
import { drainTimeMs } from '../policy/drain-step.ts';
import type { Phase } from '../policy/phase.ts';
import { AppCheck } from './app-check.ts';
import { appEndSign, untilAppEnded } from './app-end.ts';
import { AppWait } from './app-wait.ts';
import { NoteLog } from './channel-note.ts';
import { CurrentPhase } from './current-phase.ts';
import { endDaprd } from './daprd-end.ts';
import { Departure } from './departure.ts';
import { Drain, type DrainPorts } from './drain.ts';
import { deadlineWords } from './drain-words.ts';
import { giveBack } from './give-back.ts';
import type { HookTime } from './hook-time.ts';
import type { LifecycleEvents } from './lifecycle-events.ts';
import { podStays, podStaysWords } from './pod-stays.ts';
import { StuckWait } from './stuck-wait.ts';
import { untilWorkIsDone } from './work-done.ts';

export interface LifecyclePorts extends DrainPorts {
  readonly gate: Gate;
  readonly watch: LifecycleEvents;
  /** Runs the app container's own preStop hook. */
  readonly runAppPreStop: (time: HookTime) => Promise<void>;
}

const giveBackWords = 'daprd is restarted, so that its messages go to others';

/** The pod's life as the sidecar sees it: opens the gate, notices a crash, drains, and ends daprd last. */
export class Lifecycle {
  readonly #config: Config;
  readonly #ports: LifecyclePorts;
  readonly #traffic: Traffic;
  readonly #phase: CurrentPhase;
  readonly #appWait: AppWait;
  readonly #appCheck: AppCheck;
  readonly #stuck: StuckWait;
  readonly #notes: NoteLog;
  #drain: Drain | undefined;
  /** How many calls of the app's own hook wait here. */
  #appHooks = 0;
  /** Whether the pod is going, and its containers may be stopped. */
  readonly departure = new Departure();
  readonly #end = Promise.withResolvers<void>();
  /** Resolves once nothing is left to do for this process. */
  readonly ended = this.#end.promise;

  constructor(config: Config, ports: LifecyclePorts, traffic: Traffic) {
    this.#config = config;
    this.#ports = ports;
    this.#traffic = traffic;
    this.#phase = new CurrentPhase(ports, traffic);
    this.#notes = new NoteLog(ports.log);
    this.#stuck = new StuckWait(
      config.giveBackAfterMs,
      ports,
      () => this.#phase.name === 'open',
      () => void this.#giveBack(),
    );
    this.#appWait = new AppWait(config, ports, this.#phase, traffic, {
      appGone: (cause) => void this.#appGone(cause),
      giveBack: () => void this.#giveBack(),
      opened: () => this.#stuck.look(),
    });
    this.#appCheck = new AppCheck(config, ports, this.#phase, (cause) => void this.#appGone(cause));
    traffic.onChange = () => this.#drain?.again();
  }

  get phase(): Phase {
    return this.#phase.name;
  }

  get sinceMs(): number {
    return this.#phase.sinceMs;
  }

  start(): void {
    void this.#appWait.begin();
  }

  admit({ kind, target }: Request): Admission {
    const admitted = admission(this.#phase.name, kind, this.#config.redelivery);
    if (admitted !== 'forward-if-done-in-time') return admitted;
    return this.#drain?.mayBegin(target) === true ? 'forward' : 'hold';
  }

  /** The pod was deleted. */
  podGoing(cause: string): void {
    const isAppThere = this.#phase.name === 'open';
    if (!this.#phase.enter('pod-going', cause)) return;
    this.departure.goes();
    void this.#leave(isAppThere);
  }

  /** Runs the app's hook: the kubelet waits for it, and does not stop the app before its answer. */
  async whileAppHookWaits<T>(hook: () => Promise<T>): Promise<T> {
    this.#appHooks += 1;
    this.#drain?.appKept(true);
    try {
      return await hook();
    } finally {
      this.#appHooks -= 1;
      this.#drain?.appKept(this.#appHooks > 0);
    }
  }

  /** The kubelet's SIGTERM: every app container has ended. Waits for what is in flight, unless a drain came before. */
  async sigterm(): Promise<void> {
    const wasDraining = this.#drain !== undefined;
    if (!this.#phase.enter('sigterm', 'SIGTERM')) return;
    this.departure.goes();
    if (!wasDraining) await untilWorkIsDone(this.#config, this.#ports.clock, this.#traffic);
    this.departure.mayEnd();
    // The kubelet sends an inline daprd its SIGTERM when the sidecar has ended, and not before.
    const whenRefused = this.#config.daprd.by === 'inline' ? 'leave' : 'wait';
    await endDaprd(this.#ports, this.#traffic, 'the app has ended', whenRefused);
    this.#ports.gate.destroyAll();
    this.#end.resolve();
  }

  /** Ends everything that was begun, for a process that goes on without this pod. */
  abandon(): void {
    this.#phase.enter('sigterm', 'stopped by its process');
    this.#drain?.cancel();
    this.departure.mayEnd();
    this.#end.resolve();
  }

  /** A connection to the app failed. */
  appSuspected(how: AppFailure): void {
    if (how === 'refused' || how === 'cut') this.#drain?.appSuspected();
    if (this.#phase.name !== 'open') return;
    if (how === 'refused') void this.#appGone('its port refuses connections');
    else void this.#appCheck.connectionFailed(how !== 'closed');
  }

  note(note: ChannelNote): void {
    this.#notes.add(note);
    if (note.what === 'not-replayable') this.#stuck.begins();
  }

  async #appGone(cause: string): Promise<void> {
    if (!this.#phase.enter('app-gone', cause)) return;
    this.#ports.watch.appDown();
    await this.#appWait.begin();
  }

  async #giveBack(event: 'give-back' | 'pod-stays' = 'give-back', why = giveBackWords): Promise<void> {
    if (event === 'give-back' && this.#config.redelivery === 'uncertain') return;
    if (!this.#phase.enter(event, why)) return;
    if (await giveBack(this.#config, this.#ports, this.#traffic, this.#phase)) await this.#appWait.begin();
  }

  // The pod goes

  async #leave(isAppThere: boolean): Promise<void> {
    const startedMs = this.#ports.clock.nowMs();
    if (!isHttp1(this.#config.app.protocol)) await this.#learnCallers();
    const drain = this.#beginDrain(startedMs, isAppThere);
    const outcome = await drain.outcome;
    this.#ports.watch.drained(outcome, this.#ports.clock.nowMs() - startedMs);
    if (outcome === 'deadline')
      this.#ports.log.warn({ inFlight: this.#traffic.allInFlight }, deadlineWords(this.#traffic));
    await this.#ports.runAppPreStop({ beganMs: startedMs, untilMs: startedMs + drainTimeMs(this.#config) });
    // An injected daprd stands after daps in the list of sidecars: daps gets its own SIGTERM when daprd has ended.
    const isAfterUs = this.#config.daprd.by === 'injector' && !drain.hasEndedDaprd;
    const sign = isAfterUs ? await appEndSign(this.#config, this.#ports, drain.hasSentCallersAway) : undefined;
    const cause = outcome === 'drained' ? 'the app has nothing left to do' : 'the grace period is nearly over';
    const hasFinished = this.#phase.enter('finished', cause);
    const { signal } = this.#phase;
    this.departure.mayEnd();
    if (!hasFinished) return;
    void this.#maybeStays(startedMs, signal);
    if (sign === undefined) return;
    const ended = await untilAppEnded(sign, this.#config, this.#ports, signal);
    if (ended !== undefined) await endDaprd(this.#ports, this.#traffic, ended, 'wait');
  }

  #beginDrain(startedMs: number, isAppThere: boolean): Drain {
    const onceOnly = 'its messages are delivered once only, so it goes before the app';
    const drain = new Drain(this.#config, this.#ports, this.#traffic, {
      startedMs,
      preStopDelayMs: this.#config.preStopDelayMs,
      isAppThere,
      isAppKept: this.#appHooks > 0,
      onLinger: (untilMs) => this.#linger(untilMs),
      endDaprd: () => endDaprd(this.#ports, this.#traffic, onceOnly, 'leave'),
    });
    this.#drain = drain;
    drain.again();
    return drain;
  }

  /** Asks daprd whether there were calls: daps passes HTTP/2 unread, and cannot tell calls from deliveries. */
  async #learnCallers(): Promise<void> {
    const calls = (await this.#ports.daprd.callsReceived()) ?? 0;
    if (calls > 0) this.#traffic.hasCallers();
  }

  #linger(untilMs: number | undefined): void {
    if (untilMs === undefined) {
      this.#phase.enter('app-stays-no-more', 'new deliveries are held for other replicas');
      return;
    }
    const seconds = ((untilMs - this.#ports.clock.nowMs()) / 1000).toFixed(1);
    this.#phase.enter('app-stays', `the app stays for ${seconds} s anyway, and goes on working`);
    this.#ports.gate.release();
  }

  /** Begins again if the pod stays: daprd has sent its callers away for good, and has to be restarted. */
  async #maybeStays(goingSinceMs: number, signal: AbortSignal): Promise<void> {
    if (!(await podStays(this.#config, this.#ports, goingSinceMs, signal))) return;
    this.#drain = undefined;
    this.departure.stays();
    await this.#giveBack('pod-stays', podStaysWords);
  }
}
