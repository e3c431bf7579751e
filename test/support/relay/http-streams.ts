import fc from 'fast-check';
import { AnswerObserver, RequestObserver } from '../../../proxy/http1/observers.ts';

interface Message {
  readonly what: string;
  /** Undefined where its end has not come. */
  readonly end: number | undefined;
  /** Undefined where it has chunks, or ends with its connection. */
  readonly bodyBytes: number | undefined;
}

export interface Ours {
  readonly messages: readonly Message[];
  readonly isAmbiguous: boolean;
}

/** How daps frames a stream of requests that comes in pieces of a size. */
export const requestsOf = (bytes: Buffer, size: number): Ours => {
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
export const answersOf = (bytes: Buffer, size: number, method: string): Ours => {
  const observer = new AnswerObserver(method);
  const messages: Message[] = [];
  let open: Omit<Message, 'end'> | undefined;
  const ended = (status: string, end: number): void => {
    messages.push({ what: status, bodyBytes: undefined, end });
  };
  for (let from = 0; from < bytes.length; from += size) {
    const end = Math.min(from + size, bytes.length);
    let piece: Buffer | undefined = bytes.subarray(from, end);
    while (piece !== undefined) {
      const step = observer.feed(piece);
      if (step.kind === 'kept') break;
      if (step.kind === 'unclear') return { messages, isAmbiguous: true };
      if (step.kind === 'switched') {
        ended('101', end - (step.bytes[1]?.length ?? 0));
        return { messages, isAmbiguous: false };
      }
      if (step.kind === 'interim') {
        ended(String(step.status), end - (step.rest?.length ?? 0));
        piece = step.rest;
        continue;
      }
      if (step.status !== undefined) open = { what: String(step.status), bodyBytes: undefined };
      if (step.isLast) {
        ended(open?.what ?? '', end - (step.rest?.length ?? 0));
        return { messages, isAmbiguous: false };
      }
      break;
    }
  }
  return { messages: open === undefined ? messages : [...messages, { ...open, end: undefined }], isAmbiguous: false };
};

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

export const requestStream = fc
  .array(messageOf(requestLine), { minLength: 1, maxLength: 3 })
  .map((all) => all.join(''));
export const answerStream = fc
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
export const mutated = (stream: fc.Arbitrary<string>): fc.Arbitrary<Buffer> =>
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
