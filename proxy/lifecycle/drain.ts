import type { Clock } from '../adapters/clock.ts';
import type { Daprd } from '../adapters/daprd.ts';
import type { Log } from '../adapters/log.ts';
import type { Prober } from '../adapters/prober.ts';
import type { Gate } from '../channel/gate.ts';
import type { Traffic } from '../channel/traffic.ts';
import { type Config, isHttp1 } from '../config.ts';
import { unreachable } from '../contract/unreachable.ts';
import { type DrainFacts, type DrainStep, drainStep, drainTimeMs } from '../policy/drain-step.ts';
import { isDoneInTime, lingersUntilMs } from '../policy/linger.ts';
import { endDaprdGracefully } from './daprd-end.ts';

export interface DrainPorts {
  readonly clock: Clock;
  readonly log: Log;
  readonly prober: Prober;
  readonly daprd: Daprd;
  readonly gate: Pick<Gate, 'connections'>;
}

export type DrainOutcome = 'drained' | 'deadline';

const askBusyEveryMs = 500;
/** daps looks at held deliveries again if the app stays so much longer than planned. */
const longerMs = 250;

/** What the drain starts from, and whom it calls. */
export interface DrainBegin {
  /** When the pod was deleted. */
  readonly startedMs: number;
  readonly preStopDelayMs: number;
  readonly isAppThere: boolean;
  readonly isAppKept: boolean;
  /** The app keeps working until then; undefined: it works no longer. */
  readonly onLinger: (untilMs: number | undefined) => void;
  /** Ends daprd. Resolves when it is gone or refuses. */
  readonly endDaprd: () => Promise<'gone' | 'refused'>;
}

/** One drain, from the pod's deletion until the app may go. Call `again` after every change of the traffic. */
export class Drain {
  readonly #finished = Promise.withResolvers<DrainOutcome>();
  readonly outcome = this.#finished.promise;
  readonly startedMs: number;
  readonly #config: Config;
  readonly #ports: DrainPorts;
  readonly #traffic: Traffic;
  readonly #deadlineMs: number;
  readonly #begin: DrainBegin;
  #isAppThere: boolean;
  #isAppKept: boolean;
  #lingersUntilMs: number | undefined;
  /** Aborted when the drain has its outcome. */
  readonly #end = new AbortController();
  #busy: DrainFacts['busy'];
  #busyAskedMs = 0;
  #callers: 'to-be-sent-away' | 'sent-away' | undefined;
  #calmSinceMs: number | undefined;
  #isActing = false;
  /** True while it reports that the app stays: what that releases changes the traffic. */
  #isTelling = false;
  #isBusyTold = false;
  /** How daprd ended before the app, because its messages are delivered once only. */
  #daprd: 'gone' | 'refused' | undefined;
  #cancelTimer: () => void = () => {};

  constructor(config: Config, ports: DrainPorts, traffic: Traffic, begin: DrainBegin) {
    this.#config = config;
    this.#ports = ports;
    this.#traffic = traffic;
    this.#begin = begin;
    this.#isAppThere = begin.isAppThere;
    this.#isAppKept = begin.isAppKept;
    this.#busy = config.busyUrl === undefined ? 'no-busy-path' : 'unasked';
    this.startedMs = begin.startedMs;
    this.#deadlineMs = this.startedMs + drainTimeMs(config);
  }

  /** Decides again, unless an action is under way. */
  again(): void {
    if (this.#end.signal.aborted || this.#isActing || this.#isTelling) return;
    this.#cancelTimer();
    const { clock } = this.#ports;
    this.#linger();
    const step = drainStep(this.#facts());
    switch (step.do) {
      case 'wait':
        if (step.for === 'calm') this.#calmSinceMs ??= clock.nowMs();
        this.#wait(step);
        return;
      case 'ask-busy':
        void this.#act(() => this.#askBusy());
        return;
      case 'send-callers-away':
        void this.#act(() => this.#sendCallersAway());
        return;
      case 'end-daprd':
        void this.#act(async () => {
          this.#daprd = await this.#begin.endDaprd();
        });
        return;
      case 'finish':
        this.#end.abort();
        this.#ports.log.debug({ tookMs: Math.round(clock.nowMs() - this.startedMs) }, 'drain finished');
        this.#finished.resolve(step.outcome);
        return;
      default:
        unreachable(step);
    }
  }

  /** Whether a delivery or a job may begin, because the app stays for as long as it takes anyway. */
  mayBegin(target: string): boolean {
    const longestMs = this.#traffic.workTime.longestMs(target);
    return isDoneInTime(this.#ports.clock.nowMs(), this.#lingersUntilMs, longestMs);
  }

  /** The kubelet waits for daps before it stops the app, or no longer. */
  appKept(isAppKept: boolean): void {
    this.#isAppKept = isAppKept;
    this.again();
  }

  /** The app has refused or cut a request: it gets no more. */
  appSuspected(): void {
    this.#isAppThere = false;
    this.again();
  }

  /** Stops deciding. */
  cancel(): void {
    this.#end.abort();
    this.#cancelTimer();
  }

  #facts(): DrainFacts {
    const traffic = this.#traffic;
    if (traffic.workInFlight > 0 && this.#busy !== 'no-busy-path') this.#busy = 'unasked';
    return {
      nowMs: this.#ports.clock.nowMs(),
      startedMs: this.startedMs,
      deadlineMs: this.#deadlineMs,
      preStopDelayMs: this.#begin.preStopDelayMs,
      callerDelayMs: this.#config.callerDelayMs,
      workInFlight: traffic.workInFlight,
      callsInFlight: traffic.callsInFlight,
      lastCallMs: traffic.lastCallMs,
      lastInvocationMs: traffic.lastInvocationMs,
      busy: this.#busy,
      busyAskedMs: this.#busyAskedMs,
      callers: this.#callers ?? (this.#mustSendAway() ? 'to-be-sent-away' : 'stay'),
      calmSinceMs: this.#calmSinceMs,
      intake: this.#config.redelivery === 'certain' ? 'held' : this.#daprd !== undefined ? 'ended' : 'to-be-ended',
      lastAnswerMs: traffic.lastAnswerMs,
      longestWorkMs: traffic.workTime.longestOfAllMs(),
    };
  }

  /** daps passes HTTP/2 unread and cannot hold it: daprd must end before the app goes. */
  #mustSendAway(): boolean {
    if (!isHttp1(this.#config.app.protocol)) return true;
    const hasCallers = this.#traffic.lastCallMs >= this.startedMs || this.#traffic.callsInFlight > 0;
    return this.#traffic.hasActorCalls || hasCallers;
  }

  get hasEndedDaprd(): boolean {
    return this.#daprd === 'gone';
  }

  /** Whether daps has asked daprd to shut down. */
  get hasSentCallersAway(): boolean {
    return this.#callers === 'sent-away';
  }

  #linger(): void {
    const wasMs = this.#lingersUntilMs;
    const untilMs = lingersUntilMs({ ...this.#facts(), isAppThere: this.#isAppThere, isAppKept: this.#isAppKept });
    const isNews = untilMs === undefined || wasMs === undefined ? untilMs !== wasMs : untilMs - wasMs >= longerMs;
    if (!isNews) return;
    this.#lingersUntilMs = untilMs;
    this.#isTelling = true;
    this.#begin.onLinger(untilMs);
    this.#isTelling = false;
  }

  #wait(step: Extract<DrainStep, { do: 'wait' }>): void {
    const { clock } = this.#ports;
    const isAskedAgain = step.for === 'app-busy';
    const askedAtMs = isAskedAgain ? clock.nowMs() + askBusyEveryMs : Number.POSITIVE_INFINITY;
    const untilMs = Math.min(step.untilMs, askedAtMs, this.#lingersUntilMs ?? Number.POSITIVE_INFINITY);
    this.#cancelTimer = clock.after(Math.max(1, Math.ceil(untilMs - clock.nowMs())), () => {
      if (isAskedAgain) this.#busy = 'unasked';
      this.again();
    });
  }

  async #act(act: () => Promise<void>): Promise<void> {
    this.#isActing = true;
    const cancelDeadline = this.#ports.clock.after(Math.max(1, this.#deadlineMs - this.#ports.clock.nowMs()), () => {
      this.#isActing = false;
      this.again();
    });
    await act();
    cancelDeadline();
    this.#isActing = false;
    this.again();
  }

  async #askBusy(): Promise<void> {
    const { busyUrl } = this.#config;
    if (busyUrl === undefined) return;
    const answer = (await this.#ports.prober.getJson(busyUrl)) as { readonly busy?: unknown } | null | undefined;
    const busy = answer?.busy;
    this.#busy = busy === false ? 'idle' : 'busy';
    this.#busyAskedMs = this.#ports.clock.nowMs();
    if (typeof busy !== 'boolean' && !this.#isBusyTold) {
      this.#isBusyTold = true;
      this.#ports.log.warn(
        { url: busyUrl.href },
        'the busy-path does not answer {"busy": true} or {"busy": false}: the app counts as busy until the deadline',
      );
    }
  }

  async #sendCallersAway(): Promise<void> {
    const { daprd, log } = this.#ports;
    this.#callers = 'sent-away';
    if (!isHttp1(this.#config.app.protocol)) {
      await endDaprdGracefully(this.#ports, this.#end.signal);
      return;
    }
    const parked = await daprd.park();
    if (parked === undefined) {
      log.warn({}, 'daprd accepted no parked call: callers are not sent away before the app stops');
      return;
    }
    const asked = await daprd.shutdownGracefully();
    log.debug({ asked }, 'callers are sent away');
  }
}
