import { happeningsOf } from '../happening.ts';
import type { PodRecord } from '../record.ts';
import type { Paint } from './paint.ts';

/** Whatever happened less than this ago may still turn out to have come after something else. */
const settledAfterMs = 250;

export const seconds = (ms: number): string => (Math.max(0, ms) / 1000).toFixed(1);

/** Tells what happens while it happens, a line each; on a terminal with counters below. */
export class LiveReport {
  readonly #write: (text: string) => void;
  readonly #paint: Paint;
  readonly #hasCounters: boolean;
  readonly #told = new Set<string>();
  #last: (() => void) | undefined;

  constructor(write: (text: string) => void, paint: Paint, hasCounters: boolean) {
    this.#write = write;
    this.#paint = paint;
    this.#hasCounters = hasCounters;
  }

  show(nowMs: number, pods: readonly PodRecord[], sent: number): void {
    this.#tell(nowMs - settledAfterMs, pods);
    if (this.#hasCounters) this.#write(`\r\u001b[K${this.#counters(nowMs, pods, sent)}`);
    this.#last = () => this.#tell(Number.POSITIVE_INFINITY, pods);
  }

  /** Tells what has not been told yet. */
  end(): void {
    this.#last?.();
    if (this.#hasCounters) this.#write('\r\u001b[K');
  }

  #tell(untilMs: number, pods: readonly PodRecord[]): void {
    const fresh = pods
      .flatMap(happeningsOf)
      .filter(({ ms, pod, words }) => ms <= untilMs && !this.#told.has(`${pod} ${words}`))
      .sort((a, b) => a.ms - b.ms);
    for (const { ms, pod, tone, words } of fresh) {
      this.#told.add(`${pod} ${words}`);
      const clear = this.#hasCounters ? '\r\u001b[K' : '';
      const time = this.#paint('quiet', `${seconds(ms).padStart(6)} s`);
      this.#write(`${clear}${time}  ${this.#paint('strong', pod)}  ${this.#paint(tone, words)}\n`);
    }
  }

  #counters(nowMs: number, pods: readonly PodRecord[], sent: number): string {
    const fates = pods.flatMap(({ messages }) => messages.map(({ fate }) => fate));
    const count = (fate: string): number => fates.filter((one) => one === fate).length;
    const bad = (fate: string, word: string): string =>
      this.#paint(count(fate) > 0 ? 'bad' : 'quiet', `${word} ${count(fate)}`);
    const parts = [
      `${seconds(nowMs).padStart(6)} s`,
      `sent ${sent}`,
      `in work ${'▪'.repeat(count('working')).padEnd(10)}`,
      this.#paint('good', `finished ${count('finished')}`),
      bad('cut', 'cut'),
      bad('early', 'before ready'),
    ];
    return parts.join('  ');
  }
}
