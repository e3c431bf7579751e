import { expect } from 'chai';
import fc from 'fast-check';
import { askGo, type GoVerdict } from '../support/relay/go-framing.ts';
import {
  answerStream,
  answersOf,
  mutated,
  type Ours,
  requestStream,
  requestsOf,
} from '../support/relay/http-streams.ts';
import { isFull, sampleSeed, seedFor } from '../support/sample.ts';
import { needsTools } from '../support/tools.ts';

const batch = 2000;
/** For each side. `DAPS_GO_SECONDS=60` looks for another time. */
const seconds = Number(process.env['DAPS_GO_SECONDS'] ?? (isFull ? 600 : 3));

/** A trailer with bare line feeds: Go reads it to its end only where CRLF CRLF comes later, maybe in what follows. */
const hasBareTrailer = /\r\n0+[^\n]*\r\n(?:.*[^\r])?\n/s;

/** What is wrong, if anything: a message that Go reads must end for daps where it ends for Go. */
const differenceOf = (ours: Ours, go: GoVerdict, stream: string, isAnswer: boolean): string | undefined => {
  for (const [index, message] of go.messages.entries()) {
    const own = ours.messages[index];
    if (own === undefined && ours.isAmbiguous)
      return isAnswer && !hasBareTrailer.test(stream)
        ? `Go reads ${JSON.stringify(message)}, daps does not`
        : undefined;
    if (own?.what !== message.what) return `Go: ${JSON.stringify(message)}, daps: ${JSON.stringify(own)}`;
    const end = message.untilClose ? undefined : message.end;
    if (own.end === end) continue;
    if (own.end === undefined && ours.isAmbiguous) return isAnswer ? `daps loses the end at ${end}` : undefined;
    return `Go: ${JSON.stringify(message)}, daps: ${JSON.stringify(own)}`;
  }
  return undefined;
};

describe("framing, with Go's net/http as the referee", function () {
  this.timeout((seconds + 120) * 1000);
  before(function () {
    needsTools(this, 'nethttp');
  });

  const judged = (method: string, streams: fc.Arbitrary<Buffer>, ours: (bytes: Buffer) => Ours): void => {
    const until = performance.now() + seconds * 1000;
    let clear = 0;
    let all = 0;
    for (let round = 0; round === 0 || performance.now() < until; round += 1) {
      const seed = seedFor(`net/http ${method} ${round}`);
      const samples = fc.sample(streams, { numRuns: batch, seed });
      const verdicts = askGo(method, samples);
      for (const [index, bytes] of samples.entries()) {
        const go = verdicts[index] as GoVerdict;
        const text = bytes.toString('latin1');
        const difference = differenceOf(ours(bytes), go, text, method !== '');
        expect(difference, `DAPS_SAMPLE=${sampleSeed}, ${JSON.stringify(text)}, Go: ${go.refused}`).to.equal(undefined);
        all += 1;
        if (go.messages.length > 0) clear += 1;
      }
    }
    expect(clear, `of ${all} streams Go reads`).to.be.greaterThan(all / 4);
  };

  it('requests that both read are framed alike', () =>
    judged('', mutated(requestStream), (bytes) => requestsOf(bytes, 7)));

  for (const method of ['GET', 'HEAD'])
    it(`every answer to ${method} that daprd can read is framed as daprd frames it`, () =>
      judged(method, mutated(answerStream), (bytes) => answersOf(bytes, 7, method)));
});
