import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import type { AppEvent } from './scenario/ledger.ts';

/** Files that apps append to, a line of JSON for each event; a line is read once, however often it is asked for. */
export class EventFiles {
  readonly #names: () => readonly string[];
  readonly #readBytes = new Map<string, number>();
  #events: readonly AppEvent[] = [];

  /** Names of files, which need not be there yet. */
  constructor(names: () => readonly string[]) {
    this.#names = names;
  }

  /** All that was written so far, in the order in which it happened. */
  read(): readonly AppEvent[] {
    const more = this.#names().flatMap((name) => this.#readOn(name));
    if (more.length > 0) this.#events = [...this.#events, ...more].sort((a, b) => a.t - b.t);
    return this.#events;
  }

  /** How often something was said so far. */
  count(e: AppEvent['e']): number {
    return this.read().filter((event) => event.e === e).length;
  }

  /** Whole lines only: a file may be read while its last one is written. */
  #readOn(name: string): readonly AppEvent[] {
    if (!existsSync(name)) return [];
    const from = this.#readBytes.get(name) ?? 0;
    const file = openSync(name, 'r');
    try {
      const bytes = Buffer.alloc(fstatSync(file).size - from);
      const length = readSync(file, bytes, 0, bytes.length, from);
      const end = bytes.subarray(0, length).lastIndexOf('\n') + 1;
      this.#readBytes.set(name, from + end);
      const lines = bytes.toString('utf8', 0, end).split('\n');
      return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as AppEvent);
    } finally {
      closeSync(file);
    }
  }
}
