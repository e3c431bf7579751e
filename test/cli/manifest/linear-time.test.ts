import process from 'node:process';
import { expect } from 'chai';
import { parseAny } from '../../../cli/core/manifest/read/parse.ts';
import { readPlain } from '../../../cli/core/manifest/read/quick-reader.ts';
import { splitStream } from '../../../cli/core/manifest/text/stream.ts';
import { inject } from '../../support/cli/daps.ts';
import { constructs } from '../../support/manifests/constructs.ts';

const readers: Readonly<Record<string, (text: string) => unknown>> = {
  'the splitter': splitStream,
  'the quick reader': (text) => readPlain(text, 0),
  'the library': (text) => parseAny(text, 0),
  inject,
};

/**
 * The processor's time, of which a busy neighbor takes nothing. Where it is more than it may be, others are taken too:
 * one may have compiled code or collected garbage.
 */
const bestMs = (read: (text: string) => unknown, text: string, mostMs: number): number => {
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 3 && best > mostMs; run += 1) {
    const before = process.cpuUsage();
    read(text);
    best = Math.min(best, process.cpuUsage(before).user / 1000);
  }
  return best;
};

/** Ten times the text takes ten times as long; a hundred times would be quadratic. Below this much time it is noise. */
const mostTimes = 50;
const noiseMs = 100;
/** A hundred times what the slowest takes. What multiplies is refused, or small. */
const deadlineMs = 60_000;

const tooSlow = (read: (text: string) => unknown, make: (length: number) => string): string | undefined => {
  const times: number[] = [];
  for (const length of [1000, 10_000, 100_000]) {
    const before = times.at(-1);
    const mostMs = before === undefined ? deadlineMs : Math.min(deadlineMs, Math.max(noiseMs, before * mostTimes));
    const ms = bestMs(read, make(length), mostMs);
    times.push(ms);
    if (ms > mostMs) return times.map((time) => `${time.toFixed(1)} ms`).join(', ');
  }
  return undefined;
};

/** A construct that takes quadratic or exponential time stops a pipeline for minutes: nobody may write one. */
describe('reading takes linear time', function () {
  this.timeout(1_200_000);
  for (const [construct, make] of Object.entries(constructs))
    it(construct, () => {
      for (const [name, read] of Object.entries(readers))
        expect(tooSlow(read, make), `${name}: 1 kB, 10 kB, 100 kB`).to.equal(undefined);
    });
});
