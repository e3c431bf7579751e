import { expect } from 'chai';
import { readAnswerHead } from '../../../proxy/http1/answer-head.ts';
import { type Framing, parseRequestHead, parseResponseHead } from '../../../proxy/http1/head.ts';
import { HeadReader, maxHeadBytes, strictLines } from '../../../proxy/http1/head-reader.ts';

/** `none`, `chunked`, `until-close`, a number of bytes, or `?` where two readers could differ. */
const framingOf = (head: { readonly framing: Framing } | undefined): string => {
  if (head === undefined) return '?';
  return head.framing.kind === 'length' ? String(head.framing.bytes) : head.framing.kind;
};

describe('parseRequestHead()', () => {
  const fields: readonly (readonly [string, string])[] = [
    ['', 'none'],
    ['Host: a', 'none'],
    ['Content-Length: 0', 'none'],
    ['Content-Length: 5', '5'],
    ['content-length:5', '5'],
    ['CONTENT-LENGTH:   5  ', '5'],
    ['Content-Length:\t5', '?'],
    ['Content-Length: 5\t', '?'],
    ['Content-Length: 0005', '5'],
    ['Content-Length: 999999999999999', '999999999999999'],
    ['Content-Length: 1000000000000000', '?'],
    ['Content-Length: 5\r\nContent-Length: 5', '?'],
    ['Content-Length: 5\r\nContent-Length: 6', '?'],
    ['Content-Length: 5, 5', '?'],
    ['Content-Length:', '?'],
    ['Content-Length: -5', '?'],
    ['Content-Length: +5', '?'],
    ['Content-Length: 5 5', '?'],
    ['Content-Length: 0x5', '?'],
    ['Content-Length: 5.0', '?'],
    ['Content-Length: five', '?'],
    ['Content-Length: 5\xa0', '?'],
    ['Content-Length: \xa05', '?'],
    ['Content-Length: 5\x0b', '?'],
    ['Content-Length : 5', '?'],
    ['Content-Length\t: 5', '?'],
    ['Transfer-Encoding: chunked', 'chunked'],
    ['transfer-encoding:  CHUNKED  ', 'chunked'],
    ['Transfer-Encoding:\tchunked', '?'],
    ['Transfer-Encoding: chunked\t', '?'],
    ['Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked', '?'],
    ['Transfer-Encoding: chunked, chunked', '?'],
    ['Transfer-Encoding: gzip, chunked', '?'],
    ['Transfer-Encoding: chunked;q=1', '?'],
    ['Transfer-Encoding: identity', '?'],
    ['Transfer-Encoding: chunked\xa0', '?'],
    ['Transfer-Encoding: xchunked', '?'],
    ['Transfer-Encoding:', '?'],
    ['Transfer-Encoding : chunked', '?'],
    ['Transfer-Encoding: chunked\r\nContent-Length: 5', '?'],
    ['Content-Length: 5\r\nTransfer-Encoding: chunked', '?'],
    ['X: a\r\n b', '?'],
    ['X: a\r\n\tb', '?'],
    [' X: a', '?'],
    ['X: a\nContent-Length: 5', '?'],
    ['X: a\rContent-Length: 5', '?'],
    ['X: a\r\r', '?'],
    ['X: a\0b', '?'],
    ['X\0: a', '?'],
    ['X: a\x01', '?'],
    ['X: a\x7f', '?'],
    ['X', '?'],
    [': a', '?'],
    ['X Y: a', '?'],
    ['X(: a', '?'],
    ['X\xe9: a', '?'],
    ['X: \xe9 "quoted"\t:', 'none'],
    ['X:', 'none'],
    ['X-Content-Length: 5', 'none'],
    ['Content-Lengths: 5', 'none'],
    ['Content_Length: 5', 'none'],
    ['X-Transfer-Encodin: chunked', 'none'],
  ];
  for (const [text, framing] of fields)
    it(`POST with ${JSON.stringify(text)} is ${framing}`, () => {
      const lines = text === '' ? '' : `${text}\r\n`;
      expect(framingOf(parseRequestHead(`POST / HTTP/1.1\r\n${lines}`))).to.equal(framing);
      expect(framingOf(parseRequestHead(`POST / HTTP/1.1\r\nHost: a\r\n${lines}Accept: b\r\n`))).to.equal(framing);
    });

  const lines: readonly (readonly [string, string])[] = [
    ['GET / HTTP/1.1', 'GET / none'],
    ['GET / HTTP/1.0', 'GET / none'],
    ['get / HTTP/1.1', 'get / none'],
    ["M-SEARCH!#$%&'*+.^_`|~ * HTTP/1.1", "M-SEARCH!#$%&'*+.^_`|~ * none"],
    ['OPTIONS * HTTP/1.1', 'OPTIONS * none'],
    ['GET http://a/b?c#d HTTP/1.1', 'GET http://a/b?c#d none'],
    ['GET /a?b=c&d={e}|"f" HTTP/1.1', 'GET /a?b=c&d={e}|"f" none'],
    ['CONNECT a:443 HTTP/1.1', '?'],
    ['GET / HTTP/1.2', '?'],
    ['GET / HTTP/2.0', '?'],
    ['GET / HTTP/0.9', '?'],
    ['GET / http/1.1', '?'],
    ['GET / HTTP/1.1 ', '?'],
    ['GET / HTTP/1.11', '?'],
    ['GET  / HTTP/1.1', '?'],
    ['GET /  HTTP/1.1', '?'],
    ['GET\t/ HTTP/1.1', '?'],
    ['GET / a HTTP/1.1', '?'],
    ['GET /', '?'],
    ['GET HTTP/1.1', '?'],
    ['GET /\x00 HTTP/1.1', '?'],
    ['GET /\x7f HTTP/1.1', '?'],
    ['GET /\xe9 HTTP/1.1', '?'],
    [' GET / HTTP/1.1', '?'],
    ['GE(T / HTTP/1.1', '?'],
    ['\rGET / HTTP/1.1', '?'],
    ['GET / HTTP/1.1\r', '?'],
    ['', '?'],
    ['PRI * HTTP/2.0', '?'],
    ['HTTP/1.1 200 OK', '?'],
  ];
  for (const [line, expected] of lines)
    it(`${JSON.stringify(line)} is ${expected}`, () => {
      const head = parseRequestHead(`${line}\r\n`);
      expect(head === undefined ? '?' : `${head.method} ${head.target} ${framingOf(head)}`).to.equal(expected);
    });

  it('reads chunks in HTTP/1.0 as ambiguous', () => {
    expect(parseRequestHead('POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n')).to.equal(undefined);
    expect(framingOf(parseRequestHead('POST / HTTP/1.0\r\nContent-Length: 3\r\n'))).to.equal('3');
  });

  const [caller, callee, namespace] = [
    'dapr-caller-app-id: web',
    'Dapr-Callee-App-Id: orders',
    'dapr-caller-namespace: a',
  ];
  const callers: readonly (readonly [readonly string[], string])[] = [
    [[caller, callee], 'web'],
    [[callee, namespace, caller], 'web in a'],
    [['DAPR-CALLER-APP-ID:', callee], ''],
    [[caller], 'nobody'],
    [[callee], 'nobody'],
    [[caller, 'dapr-callee-app-ix: orders'], 'nobody'],
    [['X: dapr-caller-app-id: web', callee], 'nobody'],
    [['dapr-app-id: web', namespace], 'nobody'],
  ];
  for (const [fields, expected] of callers)
    it(`${fields.join(', ')}: ${expected === '' ? 'somebody' : expected} calls`, () => {
      for (const lines of [fields, ['Host: a', ...fields, 'Accept: b']]) {
        const found = parseRequestHead(`POST / HTTP/1.1\r\n${lines.map((line) => `${line}\r\n`).join('')}`)?.caller;
        const inNamespace = found?.namespace === undefined ? '' : ` in ${found.namespace}`;
        expect(found === undefined ? 'nobody' : `${found.appId}${inNamespace}`).to.equal(expected);
      }
    });

  it('finds the Content-Type as it was sent, and the first of two', () => {
    const typeOf = (fields: string): string | undefined =>
      parseRequestHead(`POST / HTTP/1.1\r\n${fields}`)?.contentType;
    expect(typeOf('content-TYPE:  application/json; charset=utf-8 \r\n')).to.equal('application/json; charset=utf-8');
    expect(typeOf('Content-Type: text/plain\r\nContent-Type: application/json\r\n')).to.equal('text/plain');
    expect(typeOf('Content-Types: text/plain\r\n')).to.equal(undefined);
  });
});

describe('the head of an answer', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['GET', 'HTTP/1.1 200 OK\r\n', '200 until-close'],
    ['GET', 'HTTP/1.0 200 OK\r\n', '200 until-close'],
    ['GET', 'HTTP/1.1 200\r\n', '200 until-close'],
    ['GET', 'HTTP/1.1 200 \r\n', '200 until-close'],
    ['GET', 'HTTP/1.1 200 Alles in Ordnung: \xfcberall\r\nContent-Length: 0\r\n', '200 none'],
    ['GET', 'HTTP/1.1 200 OK\r\nContent-Length: 7\r\n', '200 7'],
    ['GET', 'HTTP/1.0 200 OK\r\nContent-Length: 7\r\n', '200 7'],
    ['GET', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n', '200 chunked'],
    ['GET', 'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n', '200 until-close'],
    ['GET', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n', '?'],
    ['GET', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 7\r\n', '200 chunked'],
    ['GET', 'HTTP/1.1 200 OK\r\nContent-Length: 7\r\nContent-Length: 7\r\n', '200 7'],
    ['GET', 'HTTP/1.1 200 OK\r\nX: a\r\n b\r\n', '200 until-close'],
    ['HEAD', 'HTTP/1.1 200 OK\r\nContent-Length: 7\r\n', '200 none'],
    ['HEAD', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n', '200 none'],
    ['HEAD', 'HTTP/1.1 200 OK\r\n', '200 none'],
    ['head', 'HTTP/1.1 200 OK\r\nContent-Length: 7\r\n', '200 7'],
    ['GET', 'HTTP/1.1 204 No Content\r\n', '204 none'],
    ['GET', 'HTTP/1.1 204 No Content\r\nContent-Length: 7\r\n', '204 none'],
    ['GET', 'HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\n', '205 none'],
    ['GET', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n', '304 none'],
    ['GET', 'HTTP/1.1 100 Continue\r\n', '100 none'],
    ['GET', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n', '101 none'],
    ['GET', 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n', '103 none'],
    ['GET', 'HTTP/1.1 103 Early Hints\r\nContent-Length: 7\r\n', '103 none'],
    ['GET', 'HTTP/1.1 104 New\r\nTransfer-Encoding: chunked\r\n', '104 none'],
    ['HEAD', 'HTTP/1.1 200 OK\r\nContent-Length: 7\r\nContent-Length: 8\r\n', '?'],
    ['GET', 'HTTP/1.1 204 No Content\r\nContent-Length: x\r\n', '?'],
    ['GET', 'HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\nContent-Length: 7\r\n', '304 none'],
    ['GET', 'HTTP/1.1 999 Odd\r\nContent-Length: 1\r\n', '999 1'],
    ['GET', 'HTTP/1.1 099 Odd\r\n', '99 until-close'],
    ['GET', 'HTTP/1.1 20 OK\r\n', '?'],
    ['GET', 'HTTP/1.1 2000 OK\r\n', '?'],
    ['GET', 'HTTP/1.1  200 OK\r\n', '200 until-close'],
    ['GET', 'HTTP/2 200 OK\r\n', '?'],
    ['GET', 'ICY 200 OK\r\n', '?'],
    ['GET', 'HTTP/1.1 200 O\0K\r\n', '200 until-close'],
    ['GET', 'HTTP/1.1 200 O\rK\r\n', '200 until-close'],
    ['GET', 'GET / HTTP/1.1\r\n', '?'],
    ['GET', 'HTTP/1.1 200 OK\nX: a\nContent-Length: 7\n', '200 7'],
    ['GET', 'HTTP/1.1 200 OK\r\nContent-Length : 7\r\n', '200 until-close'],
    ['GET', 'HTTP/1.1 200 OK\r\nContent-Length:\r\n 7\r\n', '200 7'],
    ['GET', 'HTTP/1.1 200 OK\r\nContent-Length:\t7\t\r\n', '200 7'],
    ['GET', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n', '?'],
    ['GET', 'HTTP/1.1 200 OK\r\n X: a\r\n', '?'],
    ['GET', 'HTTP/1.1 200 OK\r\nX\r\n', '?'],
    ['GET', 'HTTP/1.1 200 OK\r\nX: a\rb\r\n', '?'],
  ];
  for (const [method, text, expected] of cases)
    it(`${JSON.stringify(text)} to ${method} is ${expected}`, () => {
      const head = parseResponseHead(text, method) ?? readAnswerHead(text, method);
      expect(head === undefined ? '?' : `${head.status} ${framingOf(head)}`).to.equal(expected);
    });
});

describe('HeadReader', () => {
  const reader = () => new HeadReader({ ...strictLines, parse: parseRequestHead });
  const head = Buffer.from('POST /orders HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n');
  const message = Buffer.concat([head, Buffer.from('body')]);

  it('finds the same head wherever it is split', () => {
    for (let cut = 1; cut < message.length; cut += 1) {
      const heads = reader();
      const first = heads.feed(message.subarray(0, cut));
      const last = first.kind === 'more' ? heads.feed(message.subarray(cut)) : first;
      expect(first.kind, `cut at ${cut}`).to.equal(cut < head.length ? 'more' : 'head');
      if (last.kind !== 'head') throw new Error(`cut at ${cut}: ${last.kind}`);
      expect(last.headBytes).to.equal(head.length);
      expect(last.head.target).to.equal('/orders');
      const expected = cut < head.length ? message : message.subarray(0, cut);
      expect(last.bytes.equals(expected), `cut at ${cut}`).to.equal(true);
      expect(heads.isEmpty).to.equal(true);
    }
  });

  const hopeless: readonly (readonly [string, string])[] = [
    ['bare line feeds', 'GET / HTTP/1.1\nHost: a\n\n'],
    ['one bare line feed among others', 'GET / HTTP/1.1\r\nHost: a\nAccept: b\r\n'],
    ['an empty line of a bare line feed', 'GET / HTTP/1.1\r\nHost: a\r\n\n'],
    ['a line feed first', '\nGET / HTTP/1.1\r\n'],
    ['an empty line first', '\r\n\r\nGET / HTTP/1.1\r\n\r\n'],
    ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ];
  for (const [name, text] of hopeless)
    it(`gives up on ${name}, and returns every byte`, () => {
      for (const size of [1, 7, text.length]) {
        const heads = reader();
        const bytes = Buffer.from(text);
        for (let at = 0; at < bytes.length; at += size) {
          const progress = heads.feed(bytes.subarray(at, at + size));
          if (progress.kind === 'more') continue;
          if (progress.kind !== 'ambiguous') throw new Error(progress.kind);
          expect(progress.bytes.toString()).to.equal(text.slice(0, at + size));
          return;
        }
        throw new Error(`it still waits for more, ${size} bytes a time`);
      }
    });

  it('accepts a head of 64 KB, and one of 250 KB made of 60,000 lines', () => {
    for (const lines of [`X: ${'y'.repeat(64 * 1024)}\r\n`, 'a:\r\n'.repeat(60_000)]) {
      const progress = reader().feed(Buffer.from(`GET /long HTTP/1.1\r\n${lines}\r\n`));
      expect(progress.kind).to.equal('head');
    }
  });

  it('gives up on a head longer than Go accepts, 1 MiB and 4 KB', () => {
    const heads = reader();
    const line = Buffer.from(`X: ${'y'.repeat(1019)}\r\n`);
    let kind = heads.feed(Buffer.from('GET / HTTP/1.1\r\n')).kind;
    let lines = 0;
    for (; kind === 'more'; lines += 1) kind = heads.feed(line).kind;
    expect(kind).to.equal('ambiguous');
    expect(lines).to.equal(Math.ceil(maxHeadBytes / line.length));
  });
});
