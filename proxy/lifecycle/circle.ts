import type { Clock } from '../adapters/clock.ts';
import type { Daprd } from '../adapters/daprd.ts';
import type { Prober } from '../adapters/prober.ts';
import type { Config } from '../config.ts';

/** More questions in a short time than any other client asks daprd: the kubelet asks once a second. */
const asks = 8;
const shortMs = 3000;
const firstPauseMs = 1000;
const leastLongestPauseMs = 5000;

type CircleConfig = Pick<Config, 'ready' | 'readyProbeTimeoutMs' | 'readyProbePeriodMs'>;

/**
 * Finds out whether an app that is not ready waits for daprd, which waits for the app: its readiness asks daprd for
 * `/v1.0/healthz`, which is 500 until the app's port was reached (Dapr 1.18.1, pkg/api/http/healthz.go). daprd counts
 * such answers. If the count grows by one each time daps asks the app, the app asks daprd.
 */
export class Circle {
  readonly #ready: Config['ready'];
  readonly #timeoutMs: number;
  /** Never less than what the app's own probe period allows. */
  readonly #longestPauseMs: number;
  readonly #ports: { readonly prober: Prober; readonly daprd: Daprd; readonly clock: Clock };
  #pauseMs = firstPauseMs;
  #nextMs: number;
  #isAsking = false;

  constructor(
    { ready, readyProbeTimeoutMs, readyProbePeriodMs }: CircleConfig,
    ports: { readonly prober: Prober; readonly daprd: Daprd; readonly clock: Clock },
  ) {
    this.#ready = ready;
    this.#timeoutMs = readyProbeTimeoutMs;
    this.#longestPauseMs = Math.max(leastLongestPauseMs, asks * readyProbePeriodMs);
    this.#ports = ports;
    this.#nextMs = ports.clock.nowMs();
  }

  /** Call it whenever the app has said that it is not ready. It asks now and then, and returns false in between. */
  async isClosed(): Promise<boolean> {
    const { clock, daprd } = this.#ports;
    if (this.#isAsking || clock.nowMs() < this.#nextMs) return false;
    this.#isAsking = true;
    const isDaprdReady = await daprd.isOutboundHealthy();
    const isClosed = isDaprdReady && (await this.#doesAppAskDaprd());
    this.#isAsking = false;
    this.#nextMs = clock.nowMs() + this.#pauseMs;
    if (isDaprdReady) this.#pauseMs = Math.min(2 * this.#pauseMs, this.#longestPauseMs);
    return isClosed;
  }

  async #doesAppAskDaprd(): Promise<boolean> {
    const { clock, daprd, prober } = this.#ports;
    const startedMs = clock.nowMs();
    const before = await daprd.unhealthyAnswers();
    if (before === undefined) return false;
    for (let asked = 0; asked < asks; asked += 1)
      if ((await prober.probe(this.#ready, this.#timeoutMs)).kind !== 'not-ready') return false;
    const after = await daprd.unhealthyAnswers();
    return after !== undefined && after - before >= asks && clock.nowMs() - startedMs <= shortMs;
  }
}
