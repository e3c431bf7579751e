import { expect } from 'chai';
import fc from 'fast-check';
import { parseResponseHead } from '../../../proxy/channel/http1/head.ts';
import { AnswerObserver, RequestObserver } from '../../../proxy/channel/http1/observers.ts';
import { refereeOf, type Verdict } from '../../support/relay-referee.ts';
import { runsOf, seedFor } from '../../support/sample.ts';

/** `DAPS_FRAMING_RUNS=200000 npx mocha --timeout 0 test/proxy/channel/llhttp.test.ts` looks longer. */
const runs = runsOf('DAPS_FRAMING_RUNS', 5000, 200_000);

const seed = seedFor('framing');

interface Message {
  readonly what: string;
  /** Undefined where its end has not come. */
  readonly end: number | undefined;
  /** Undefined where it has chunks, or ends with its connection. */
  readonly bodyBytes: number | undefined;
}

interface Ours {
  readonly messages: readonly Message[];
  readonly isAmbiguous: boolean;
}

/** How daps frames a stream of requests that comes in pieces of a size. */
const requestsOf = (bytes: Buffer, size: number): Ours => {
  const observer = new RequestObserver();
  const messages: Message[] = [];
  let open: Omit<Message, 'end'> | undefined;
  for (let from = 0; from < bytes.length; from += size) {
    const end = Math.min(from + size, bytes.length);
    let piece: Buffer | undefined = bytes.subarray(from, end);
    while (piece !== undefined) {
      const step = observer.feed(piece);
      if (step.kind === 'kept') break;
      if (step.head !== undefined) {
        const { method, target, framing } = step.head;
        const bodyBytes = framing.kind === 'length' ? framing.bytes : framing.kind === 'none' ? 0 : undefined;
        open = { what: `${method} ${target}`, bodyBytes };
      }
      if (step.kind === 'ambiguous') return { messages, isAmbiguous: true };
      if (!step.isLast) break;
      if (open !== undefined) messages.push({ ...open, end: end - (step.rest?.length ?? 0) });
      open = undefined;
      piece = step.rest;
    }
  }
  return { messages: open === undefined ? messages : [...messages, { ...open, end: undefined }], isAmbiguous: false };
};

/** How daps frames the answer to one request, interim ones before it included. */
const answersOf = (bytes: Buffer, size: number, method: string): Ours => {
  const observer = new AnswerObserver(method);
  const messages: Message[] = [];
  let begin = 0;
  let open: Omit<Message, 'end'> | undefined;
  const ended = (status: string, end: number): void => {
    messages.push({ what: status, bodyBytes: undefined, end });
    begin = end;
  };
  const statusText = (): string => bytes.toString('latin1', begin + 9, begin + 12);
  for (let from = 0; from < bytes.length; from += size) {
    const end = Math.min(from + size, bytes.length);
    let piece: Buffer | undefined = bytes.subarray(from, end);
    while (piece !== undefined) {
      const step = observer.feed(piece);
      if (step.kind === 'kept') break;
      if (step.kind === 'blind') {
        const isAmbiguous = step.bytes.length === 1 && !isSwitch(bytes.toString('latin1', begin));
        if (!isAmbiguous) ended(open?.what ?? statusText(), end - (step.bytes[1]?.length ?? 0));
        return { messages, isAmbiguous };
      }
      if (step.kind === 'interim') {
        ended(statusText(), end - (step.rest?.length ?? 0));
        piece = step.rest;
        continue;
      }
      if (step.status !== undefined) open = { what: String(step.status), bodyBytes: undefined };
      if (step.isLast) {
        ended(open?.what ?? '', end);
        return { messages, isAmbiguous: false };
      }
      break;
    }
  }
  return { messages: open === undefined ? messages : [...messages, { ...open, end: undefined }], isAmbiguous: false };
};

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

const isSwitch = (text: string): boolean =>
  parseResponseHead(text.slice(0, text.indexOf('\r\n\r\n') + 2), 'GET')?.status === 101;

/** After it nothing of HTTP/1 is looked for in an answer. */
const isFinal = (status: string | undefined): boolean => status === '101' || Number(status) >= 200;

const oneOf = (...texts: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...texts);

/** So that a stream of many parts still has a fair chance to be right as a whole. */
const mostly = (right: readonly string[], odd: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof({ weight: 24, arbitrary: oneOf(...right) }, { weight: 1, arbitrary: oneOf(...odd) });

const name = fc.oneof(
  { weight: 4, arbitrary: oneOf('X', 'Host', 'Accept', 'Via', 'traceparent', 'Content-Lengt', 'X-Content-Length') },
  { weight: 1, arbitrary: fc.stringMatching(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,20}$/) },
);
const value = fc.oneof(
  oneOf('', 'a', ' a', '\ta b ', ' "q;\\""', ' \xe9\xff', ' a:b', ' close, x'),
  fc.stringMatching(/^[ -~]{0,30}$/),
);
const plainField = fc.tuple(name, value).map(([left, right]) => `${left}:${right}\r\n`);
/** Those that decide the framing, right and wrong. */
const oddField = oneOf(
  'Content-Length: 3\r\n',
  'Content-Length: 3\r\nContent-Length: 3\r\n',
  'Content-Length: 3, 3\r\n',
  'Content-Length:\t3 \r\n',
  'Content-Length: +3\r\n',
  'Content-Length: 3\xa0\r\n',
  'Content-Length : 3\r\n',
  'Content-Length: 99999999999999999999\r\n',
  'Content-Length:\r\n',
  'Transfer-Encoding: chunked\r\n',
  'Transfer-Encoding: chunked \r\n',
  'Transfer-Encoding: CHUNKED\r\n',
  'Transfer-Encoding: chunked\xa0\r\n',
  'Transfer-Encoding: gzip, chunked\r\n',
  'Transfer-Encoding: chunked, gzip\r\n',
  'Transfer-Encoding: identity\r\n',
  'Transfer-Encoding: x\r\nTransfer-Encoding: chunked\r\n',
  'Transfer-Encoding:\r\n chunked\r\n',
  'X: a\r\n b\r\n',
  'X: a\nY: b\r\n',
  'X: a\rb\r\n',
  'X: a\0b\r\n',
  'Connection: close\r\n',
  'Connection: keep-alive\r\n',
  'Upgrade: h2c\r\n',
  'Expect: 100-continue\r\n',
);
const fields = fc.array(fc.oneof({ weight: 24, arbitrary: plainField }, { weight: 1, arbitrary: oddField }), {
  maxLength: 6,
});

const sized = fc.stringMatching(/^[ -~\r\n]{0,40}$/);
const chunk = fc
  .tuple(sized, mostly(['', '', '', ';a', ';a=b', ';a="b c"'], ['; a', ' ;a', ';', ';;']), fc.boolean())
  .filter(([data]) => data.length > 0)
  .map(([data, extension, isUpper]) => {
    const size = data.length.toString(16);
    return `${isUpper ? size.toUpperCase() : size}${extension}\r\n${data}\r\n`;
  });
const chunks = fc
  .tuple(
    fc.array(chunk, { maxLength: 4 }),
    mostly(['', '', '', 'X-Sum: 1\r\n', 'X: a\r\nY:\r\n'], ['X\r\n', ' X: a\r\n']),
  )
  .map(([all, trailers]) => `${all.join('')}0\r\n${trailers}\r\n`);

/** A field and a body that belong together, or nothing. */
const body: fc.Arbitrary<readonly [string, string]> = fc.oneof(
  fc.constant(['', ''] as const),
  sized.map((text) => [`Content-Length: ${text.length}\r\n`, text] as const),
  chunks.map((text) => ['Transfer-Encoding: chunked\r\n', text] as const),
);

const messageOf = (line: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(line, fields, body, fields)
    .map(
      ([first, before, [field, text], after]) => `${first}\r\n${before.join('')}${field}${after.join('')}\r\n${text}`,
    );

const requestLine = fc
  .tuple(
    mostly(['GET', 'POST', 'PUT', 'HEAD', 'OPTIONS', 'DELETE', 'PATCH'], ['CONNECT', 'M-SEARCH', 'BREW', 'POSTS']),
    mostly(['/', '/orders', '/a?b=c&d#e', '*', 'http://a:1/b', '/%00', '//'], ['a:443', '/"<>{}|', 'orders', '/a b']),
    mostly(['HTTP/1.1'], ['HTTP/1.0', 'HTTP/1.2', 'HTTP/2.0', 'HTTP/0.9', 'ICE/1.0', '']),
  )
  .map((parts) => parts.join(' '));
const statusLine = fc
  .tuple(
    mostly(['HTTP/1.1'], ['HTTP/1.0', 'HTTP/2.0', 'ICY']),
    oneOf(
      '200 OK',
      '200 OK',
      '200 OK',
      '200',
      '200 ',
      '404 Nicht da: \xfc',
      '204 No Content',
      '304 Not Modified',
      '500 x',
    ),
  )
  .map((parts) => parts.join(' '));
const interimLine = oneOf(
  'HTTP/1.1 100 Continue',
  'HTTP/1.1 103 Early Hints',
  'HTTP/1.1 150 Unheard Of',
  'HTTP/1.1 101 Switching Protocols',
);

const requestStream = fc.array(messageOf(requestLine), { minLength: 1, maxLength: 3 }).map((all) => all.join(''));
const answerStream = fc
  .tuple(
    fc.array(
      fc.tuple(interimLine, fields).map(([line, all]) => `${line}\r\n${all.join('')}\r\n`),
      { maxLength: 2 },
    ),
    messageOf(statusLine),
    oneOf('', '', 'junk', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'),
  )
  .map(([interim, answer, rest]) => `${interim.join('')}${answer}${rest}`);

/** What a byte is turned into, or what is put before it. */
const mutation = fc.record({
  at: fc.nat(),
  how: oneOf('replace', 'insert', 'delete', 'double'),
  text: fc.oneof(
    oneOf(
      '\r',
      '\n',
      '\r\n',
      ' ',
      '\t',
      '\0',
      ':',
      ';',
      ',',
      '0',
      '9',
      'f',
      '\x7f',
      '\x80',
      '\xa0',
      '\x85',
      '\x0b',
      '\x0c',
    ),
    fc.nat(255).map((code) => String.fromCharCode(code)),
  ),
});
const mutated = (stream: fc.Arbitrary<string>): fc.Arbitrary<Buffer> =>
  fc.tuple(stream, fc.array(mutation, { maxLength: 2 })).map(([text, mutations]) =>
    Buffer.from(
      mutations.reduce((all, { at, how, text: put }) => {
        const index = at % Math.max(1, all.length);
        const skip = how === 'replace' || how === 'delete' ? 1 : 0;
        const middle = how === 'delete' ? '' : how === 'double' ? (all[index] ?? '') : put;
        return all.slice(0, index) + middle + all.slice(index + skip);
      }, text),
      'latin1',
    ),
  );

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
      const { outcome, why } = compare(...verdicts(bytes, size), isOneAnswer);
      seen[outcome] += 1;
      if (why !== undefined && !(why in explained)) unexplained.set(why, JSON.stringify(bytes.toString('latin1')));
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
