import type { ChannelNote, Request } from '../channel/context.ts';
import type { Gate } from '../channel/gate.ts';
import type { Traffic } from '../channel/traffic.ts';
import { type Config, isHttp1 } from '../config.ts';
import type { Admission } from '../policy/admission.ts';
import { admission } from '../policy/admission.ts';
import { drainTimeMs } from '../policy/drain-step.ts';
import { type Phase, type PhaseEvent, transition } from '../policy/phase.ts';
import { appEndSign, untilAppEnded } from './app-end.ts';
import { isAppGone } from './app-gone.ts';
import { logNote } from './channel-note.ts';
import { Circle } from './circle.ts';
import { endDaprd, type WhenRefused } from './daprd-end.ts';
import { Departure } from './departure.ts';
import { Drain, type DrainPorts } from './drain.ts';
import { deadlineWords } from './drain-words.ts';
import type { HookTime } from './hook-time.ts';
import type { LifecycleEvents } from './lifecycle-events.ts';
import { openGate } from './open-gate.ts';
import { podStays, podStaysWords } from './pod-stays.ts';
import { untilReady } from './readiness.ts';
import { StuckWait } from './stuck-wait.ts';
import { untilWorkIsDone } from './work-done.ts';

export interface LifecyclePorts extends DrainPorts {
  readonly gate: Gate;
  readonly watch: LifecycleEvents;
  /** Runs the app container's own preStop hook. */
  readonly runAppPreStop: (time: HookTime) => Promise<void>;
}

const circleWords =
  'the app waits for daprd and daprd for the app, so daprd is let in; deliveries wait until the app is ready';
const giveBackWords = 'daprd is restarted, so that its messages go to others';

/** The pod's life as the sidecar sees it: opens the gate, notices a crash, drains, and ends daprd last. */
export class Lifecycle {
  readonly #config: Config;
  readonly #ports: LifecyclePorts;
  readonly #traffic: Traffic;
  #phase: Phase = 'waiting';
  #sinceMs: number;
  #draining: Drain | undefined;
  readonly #stuck: StuckWait;
  /** How many calls of the app's own hook wait here. */
  #appHooks = 0;
  #isChecking = false;
  #waitingSinceMs = 0;
  /** An app that was not ready when daprd was there will not be the next time either. */
  #mayLetIn = true;
  /** How much was cut by an app that lives, as far as is known, and waits. */
  #cuts = 0;
  /** Whether the pod is going, and its containers may be stopped. */
  readonly departure = new Departure();
  /** Resolves once nothing is left to do for this process. */
  readonly ended: Promise<void>;
  #setEnded: () => void = () => {};

  constructor(config: Config, ports: LifecyclePorts, traffic: Traffic) {
    this.#config = config;
    this.#ports = ports;
    this.#traffic = traffic;
    this.#sinceMs = ports.clock.nowMs();
    const isOpen = (): boolean => this.#phase === 'open';
    this.#stuck = new StuckWait(config.giveBackAfterMs, ports, isOpen, () => void this.#giveBack());
    this.ended = new Promise((resolve) => {
      this.#setEnded = resolve;
    });
    traffic.onChange = () => this.#draining?.again();
  }

  get phase(): Phase {
    return this.#phase;
  }

  get sinceMs(): number {
    return this.#sinceMs;
  }

  start(): void {
    void this.#awaitApp();
  }

  admit({ kind, target }: Request): Admission {
    const admitted = admission(this.#phase, kind, this.#config.redelivery);
    if (admitted !== 'forward-if-done-in-time') return admitted;
    return this.#draining?.mayBegin(target) === true ? 'forward' : 'hold';
  }

  /** The pod was deleted. */
  podGoing(cause: string): void {
    const isAppThere = this.#phase === 'open';
    if (!this.#on('pod-going', cause)) return;
    this.departure.goes();
    void this.#drain(isAppThere);
  }

  /** The kubelet waits for the app's hook, and does not stop the app before that has its answer. */
  async whileAppHookWaits<T>(hook: () => Promise<T>): Promise<T> {
    this.#appHooks += 1;
    this.#draining?.appKept(true);
    try {
      return await hook();
    } finally {
      this.#appHooks -= 1;
      this.#draining?.appKept(this.#appHooks > 0);
    }
  }

  /** The kubelet's SIGTERM: every app container has ended. Without a drain before it, what is in flight is waited for. */
  async sigterm(): Promise<void> {
    const wasDraining = this.#draining !== undefined;
    if (!this.#on('sigterm', 'SIGTERM')) return;
    this.departure.goes();
    if (!wasDraining) await untilWorkIsDone(this.#config, this.#ports.clock, this.#traffic);
    this.departure.mayEnd();
    // An inline daprd gets its SIGTERM when we have ended, and not before.
    await this.#endDaprd('the app has ended', this.#config.daprd.by === 'inline' ? 'leave' : 'wait');
    this.#ports.gate.destroyAll();
    this.#setEnded();
  }

  /** Ends everything that was begun, and tells nobody: the process goes on without this pod. */
  abandon(): void {
    this.#phase = 'stopping';
    this.#draining?.cancel();
    this.departure.mayEnd();
    this.#setEnded();
  }

  /** A connection to the app failed in one of three ways. */
  appSuspected(how: 'refused' | 'cut' | 'closed'): void {
    if (how !== 'closed') this.#draining?.appSuspected();
    if (this.#phase !== 'open') return;
    if (how === 'refused') void this.#appGone('its port refuses connections');
    else void this.#checkApp(how === 'cut');
  }

  note(note: ChannelNote): void {
    logNote(this.#ports.log, note);
    if (note.what === 'not-replayable') this.#stuck.begins();
  }

  #on(event: PhaseEvent, cause: string): boolean {
    const next = transition(this.#phase, event);
    if (next === undefined) return false;
    const was = this.#phase;
    this.#phase = next;
    this.#sinceMs = this.#ports.clock.nowMs();
    this.#ports.watch.phase(next);
    const level = next === 'giving-back' ? 'warn' : 'info';
    this.#ports.log[level](
      { phase: next, was, inFlight: this.#traffic.allInFlight, held: this.#traffic.heldCount, cause },
      `${was} → ${next}: ${cause}`,
    );
    return true;
  }

  // Readiness

  async #awaitApp(): Promise<void> {
    const phase = this.#phase;
    const sinceMs = this.#sinceMs;
    if (phase === 'waiting') this.#waitingSinceMs = sinceMs;
    const circle = phase === 'waiting' && this.#mayLetIn ? new Circle(this.#config, this.#ports) : undefined;
    const isOver = (): boolean => this.#phase !== phase || this.#sinceMs !== sinceMs;
    const answer = await untilReady(this.#config, this.#ports, isOver, ({ kind }) => {
      if (kind === 'not-ready' && circle !== undefined) void this.#maybeLetIn(circle, isOver);
      if (kind === 'refused' && phase === 'let-in') void this.#appGone('its port refuses connections');
      this.#maybeGiveBack();
    });
    if (answer === undefined) return;
    if (phase === 'waiting') await openGate(this.#config, this.#ports, isOver);
    if (isOver()) return;
    this.#on(answer, answer === 'app-ready' ? 'the app is ready' : 'the app is let in unready');
    if (phase !== 'app-down') this.#ports.watch.gateOpened(this.#ports.clock.nowMs() - this.#waitingSinceMs);
    this.#ports.gate.release();
    this.#stuck.look();
  }

  /** Lets daprd in where the app waits for it, so that both can become healthy. */
  async #maybeLetIn(circle: Circle, isOver: () => boolean): Promise<void> {
    if (!(await circle.isClosed()) || isOver()) return;
    await openGate(this.#config, this.#ports, isOver);
    if (isOver() || !this.#on('circle', circleWords)) return;
    await this.#awaitApp();
  }

  #maybeGiveBack(): void {
    const downMs = this.#ports.clock.nowMs() - this.#sinceMs;
    if (downMs < this.#config.giveBackAfterMs) return;
    const waitsInVain = this.#phase === 'let-in' && this.#traffic.heldCount > 0;
    if (waitsInVain) this.#mayLetIn = false;
    if (waitsInVain || this.#phase === 'app-down') void this.#giveBack();
  }

  /**
   * Waits for what the app has in hand and ends daprd, so that the broker gives to others what waits here. From then on
   * nothing of it may reach the app, even one that is back: it would be done here, and once more by another. The door
   * stays open until daprd is gone, because a delivery that is refused is lost, and is shut before it is there anew.
   */
  async #giveBack(event: 'give-back' | 'pod-stays' = 'give-back', why = giveBackWords): Promise<void> {
    if (event === 'give-back' && this.#config.redelivery === 'uncertain') return;
    if (!this.#on(event, why)) return;
    const { gate } = this.#ports;
    await untilWorkIsDone(this.#config, this.#ports.clock, this.#traffic, () => this.#phase !== 'giving-back');
    if (this.#phase !== 'giving-back') return;
    const end = await this.#endDaprd('its messages are given back', 'leave');
    if (end === 'gone') gate.destroyAll();
    const cause = end === 'gone' ? 'daprd was ended' : 'daprd refuses, so its messages wait here for the app';
    if (this.#on('given-back', cause)) void this.#awaitApp();
  }

  async #checkApp(hasCut: boolean): Promise<void> {
    if (hasCut) this.#cuts += 1;
    if (this.#isChecking) return;
    this.#isChecking = true;
    const isMoot = (): boolean => this.#cuts === 0 || this.#phase !== 'open';
    if (await isAppGone(this.#config, this.#ports, isMoot, () => this.#cuts))
      await this.#appGone('its connections ended, its port refuses new ones');
    this.#isChecking = false;
    if (this.#cuts === 0 || this.#phase !== 'open') return;
    this.#cuts = 0;
    this.#ports.gate.release();
  }

  async #appGone(cause: string): Promise<void> {
    if (!this.#on('app-gone', cause)) return;
    this.#ports.watch.appDown();
    await this.#awaitApp();
  }

  // Draining

  async #drain(isAppThere: boolean): Promise<void> {
    const startedMs = this.#ports.clock.nowMs();
    if (!isHttp1(this.#config.app.protocol)) await this.#learnCallers();
    const draining = new Drain(this.#config, this.#ports, this.#traffic, {
      startedMs,
      preStopDelayMs: this.#config.preStopDelayMs,
      isAppThere,
      isAppKept: this.#appHooks > 0,
      onLinger: (untilMs) => this.#linger(untilMs),
      endDaprd: () => this.#endDaprd('its messages are delivered once only, so it goes before the app', 'leave'),
    });
    this.#draining = draining;
    draining.again();
    const outcome = await draining.outcome;
    const tookMs = this.#ports.clock.nowMs() - draining.startedMs;
    this.#ports.watch.drained(outcome, tookMs);
    if (outcome === 'deadline')
      this.#ports.log.warn({ inFlight: this.#traffic.allInFlight }, deadlineWords(this.#traffic));
    await this.#ports.runAppPreStop({
      beganMs: draining.startedMs,
      untilMs: draining.startedMs + drainTimeMs(this.#config),
    });
    // An injected daprd stands after us in the list of sidecars: its end is what our own SIGTERM waits for.
    const isAfterUs = this.#config.daprd.by === 'injector' && !draining.hasEndedDaprd;
    const sign = isAfterUs ? await appEndSign(this.#config, this.#ports, draining.hasSentCallersAway) : undefined;
    this.#on('finished', outcome === 'drained' ? 'the app has nothing left to do' : 'the grace period is nearly over');
    this.departure.mayEnd();
    void this.#maybeStays(draining);
    if (sign === undefined) return;
    const ended = await untilAppEnded(sign, this.#config, this.#ports, () => this.#phase !== 'drained');
    if (ended !== undefined) await this.#endDaprd(ended, 'wait');
  }

  /** HTTP/2 is passed on unread, so calls cannot be told from deliveries: daprd knows whether there were any. */
  async #learnCallers(): Promise<void> {
    const calls = (await this.#ports.daprd.callsReceived()) ?? 0;
    if (calls > 0) this.#traffic.hasCallers();
  }

  #linger(untilMs: number | undefined): void {
    if (untilMs === undefined) {
      this.#on('app-stays-no-more', 'what comes now waits for others');
      return;
    }
    const seconds = ((untilMs - this.#ports.clock.nowMs()) / 1000).toFixed(1);
    this.#on('app-stays', `the app stays for ${seconds} s anyway, and goes on working`);
    this.#ports.gate.release();
  }

  /** daprd has sent its callers away for good, and starts anew. */
  async #maybeStays(draining: Drain): Promise<void> {
    const isOver = (): boolean => this.#phase !== 'drained' || this.#draining !== draining;
    if (!(await podStays(this.#config, this.#ports, draining.startedMs, isOver))) return;
    this.#draining = undefined;
    this.departure.stays();
    await this.#giveBack('pod-stays', podStaysWords);
  }

  #endDaprd(cause: string, whenRefused: WhenRefused): Promise<'gone' | 'refused'> {
    return endDaprd(this.#ports, this.#traffic, cause, whenRefused);
  }
}
