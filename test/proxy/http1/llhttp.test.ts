import { expect } from 'chai';
import fc from 'fast-check';
import {
  answerStream,
  answersOf,
  mutated,
  type Ours,
  requestStream,
  requestsOf,
} from '../../support/relay/http-streams.ts';
import { refereeOf, type Verdict } from '../../support/relay/node-framing.ts';
import { runsOf, seedFor } from '../../support/sample.ts';

/** `DAPS_FRAMING_RUNS=200000 npx mocha --timeout 0 test/proxy/http1/llhttp.test.ts` looks longer. */
const runs = runsOf('DAPS_FRAMING_RUNS', 5000, 200_000);

const seed = seedFor('framing');

type Outcome = 'both' | 'ambiguous' | 'refused' | 'only-daps';

/** Compares message by message until one of both gives up. */
const compare = (ours: Ours, theirs: Verdict, isOneAnswer: boolean): { outcome: Outcome; why?: string } => {
  for (let index = 0; ; index += 1) {
    const own = ours.messages[index];
    const other = theirs.messages[index];
    if (own === undefined && ours.isAmbiguous) return { outcome: 'ambiguous' };
    if (own === undefined && isOneAnswer && isFinal(ours.messages.at(-1)?.what)) return { outcome: 'both' };
    if (other === undefined && theirs.isUpgraded) return { outcome: 'both' };
    if (own === undefined && other === undefined) return { outcome: theirs.refused ? 'refused' : 'both' };
    const isRefused = theirs.refused !== undefined && (other === undefined || other.end === undefined);
    if (isRefused && own !== undefined && own.end !== undefined)
      return { outcome: 'only-daps', why: theirs.refused?.why ?? '' };
    if (isRefused) return { outcome: 'refused' };
    if (own !== undefined && own.end === undefined && ours.isAmbiguous) return { outcome: 'ambiguous' };
    expect({ what: own?.what, end: own?.end }, `message ${index + 1}`).to.deep.equal({
      what: other?.what,
      end: other?.end,
    });
    if (own?.end === undefined) return { outcome: 'both' };
    if (own.bodyBytes !== undefined) expect(own.bodyBytes, `body ${index + 1}`).to.equal(other?.bodyBytes);
  }
};

/** After it nothing of HTTP/1 is looked for in an answer. */
const isFinal = (status: string | undefined): boolean => status === '101' || Number(status) >= 200;

/**
 * Answers that Go and Node's parser frame differently, and both take: chunks before HTTP/1.1, interim answers with a
 * length, and statuses below 100. daps frames them as daprd does, which is with Go (test/programs/nethttp.test.ts).
 */
const goesWithGo =
  /HTTP\/1\.0.*transfer-encoding|HTTP\/\d\.\d +0|HTTP\/\d\.\d +1\d\d[^\n]*\n(?:[^\r\n][^\n]*\n)*(?:content-length|transfer-encoding)/is;

/** What the referee refuses and daps takes, and why that can do no harm. */
const explained: Readonly<Record<string, string>> = {
  'HPE_CLOSED_CONNECTION: Data after `Connection: close`': 'who closes reads no further; who does not, reads this',
  'HPE_INVALID_METHOD: Invalid method encountered': 'any token is a method; where the head ends does not depend on it',
  'HPE_INVALID_METHOD: Expected space after method': 'the same, where it begins like a method that is known',
  'HPE_INVALID_URL: Invalid characters in url': 'the target has no spaces and no controls, and is not looked into',
  'HPE_INVALID_URL: Unexpected char in url schema': 'the same',
  'HPE_INVALID_URL: Unexpected char in url server': 'the same',
  'HPE_INVALID_URL: Unexpected char in url fragment start': 'the same',
  'HPE_INVALID_URL: Unexpected start char in url': 'the same',
  'HPE_INVALID_URL: Double @ in url': 'the same',
  'HPE_STRICT: Invalid character in chunk extensions': 'an extension ends with its line, whatever text it is',
  'HPE_STRICT: Invalid character in chunk extensions name': 'the same',
  'HPE_STRICT: Invalid character in chunk extensions value': 'the same',
  'HPE_STRICT: Invalid character in chunk extensions quoted value': 'the same',
  'HPE_STRICT: Invalid character in chunk extensions quote value': 'the same',
};

const law = (
  streams: fc.Arbitrary<Buffer>,
  verdicts: (bytes: Buffer, size: number) => readonly [Ours, Verdict],
  isOneAnswer: boolean,
): void => {
  const seen: Record<Outcome, number> = { both: 0, ambiguous: 0, refused: 0, 'only-daps': 0 };
  const unexplained = new Map<string, string>();
  fc.assert(
    fc.property(streams, fc.integer({ min: 1, max: 64 }), (bytes, size) => {
      if (isOneAnswer && goesWithGo.test(bytes.toString('latin1'))) return;
      const { outcome, why } = compare(...verdicts(bytes, size), isOneAnswer);
      seen[outcome] += 1;
      if (why !== undefined && !isOneAnswer && !(why in explained))
        unexplained.set(why, JSON.stringify(bytes.toString('latin1')));
    }),
    { numRuns: runs, seed },
  );
  expect(Object.fromEntries(unexplained), `seed ${seed}`).to.deep.equal({});
  expect(seen.both, `of ${runs} streams both accepted: ${JSON.stringify(seen)}`).to.be.greaterThan(runs / 4);
};

/** Where a request that asks for another protocol ends: its head's end, or that of its body. */
const upgrades = [
  'GET / HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n',
  'POST / HTTP/1.1\r\nUpgrade: h2c\r\n',
];

describe('framing, with the parser of Node as the referee', function () {
  this.timeout(600_000);

  it('requests that both accept are framed alike', () => {
    law(mutated(requestStream), (bytes, size) => [requestsOf(bytes, size), refereeOf('request', bytes)], false);
  });

  for (const method of ['GET', 'HEAD'])
    it(`answers to ${method} that both accept are framed alike`, () => {
      law(
        mutated(answerStream),
        (bytes, size) => [answersOf(bytes, size, method), refereeOf('response', bytes, method === 'HEAD')],
        true,
      );
    });

  for (const head of upgrades)
    for (const [field, text] of [
      ['', ''],
      ['Content-Length: 4\r\n', 'body'],
      ['Transfer-Encoding: chunked\r\n', '4\r\nbody\r\n0\r\n\r\n'],
    ])
      it(`both see the end of ${JSON.stringify(`${head}${field}`)}`, () => {
        const bytes = Buffer.from(`${head}${field}\r\n${text}`);
        expect(refereeOf('request', bytes).messages.map(({ end }) => end)).to.deep.equal([bytes.length]);
        expect(requestsOf(bytes, 3).messages.map(({ end }) => end)).to.deep.equal([bytes.length]);
      });
});
