/** Node's own parser, byte by byte, as the referee of ours. */

interface Parser {
  initialize(type: number, resource: object, maxHeadBytes: number, lenient: number): void;
  execute(bytes: Buffer): number | Error;
  finish(): Error | undefined;
  [callback: number]: (...values: never[]) => number | undefined;
}

interface ParserClass {
  new (): Parser;
  readonly REQUEST: number;
  readonly RESPONSE: number;
  readonly kLenientNone: number;
  readonly kOnHeaders: number;
  readonly kOnHeadersComplete: number;
  readonly kOnBody: number;
  readonly kOnMessageComplete: number;
}

const { HTTPParser, methods } = process.getBuiltinModule('_http_common' as 'node:http') as unknown as {
  readonly HTTPParser: ParserClass;
  readonly methods: readonly string[];
};

/** A message as a parser framed it: where it begins and ends in the stream. */
export interface Framed {
  /** `POST /orders`, or `200`. */
  readonly what: string;
  readonly headEnd: number;
  /** Undefined where its end has not come. */
  readonly end: number | undefined;
  readonly bodyBytes: number;
}

export interface Verdict {
  readonly messages: readonly Framed[];
  /** Why it reads no further, and from which byte on. */
  readonly refused: { readonly why: string; readonly at: number } | undefined;
  /** It leaves what comes after the last message to another protocol. */
  readonly isUpgraded: boolean;
}

/** How Node's parser frames a stream. `toHead`: it holds answers to HEAD. */
export const refereeOf = (type: 'request' | 'response', bytes: Buffer, toHead = false): Verdict => {
  const parser = new HTTPParser();
  parser.initialize(HTTPParser[type === 'request' ? 'REQUEST' : 'RESPONSE'], {}, 2 ** 20, HTTPParser.kLenientNone);
  const messages: Framed[] = [];
  let at = 0;
  let target = '';
  let open: { what: string; headEnd: number; bodyBytes: number } | undefined;
  let isUpgraded = false;
  parser[HTTPParser.kOnHeaders] = (_fields: unknown, url: string) => {
    target += url;
    return undefined;
  };
  parser[HTTPParser.kOnHeadersComplete] = (
    _major: number,
    _minor: number,
    _fields: unknown,
    method: number,
    url: string | undefined,
    status: number,
    _words: string,
    upgrade: boolean,
  ) => {
    const what = type === 'request' ? `${methodNames.get(method)} ${target}${url ?? ''}` : String(status);
    open = { what, headEnd: at, bodyBytes: 0 };
    target = '';
    isUpgraded = upgrade;
    return toHead ? 1 : 0;
  };
  parser[HTTPParser.kOnBody] = (body: Buffer) => {
    if (open !== undefined) open.bodyBytes += body.length;
    return undefined;
  };
  parser[HTTPParser.kOnMessageComplete] = () => {
    if (open !== undefined) messages.push({ ...open, end: at });
    open = undefined;
    target = '';
    return undefined;
  };
  for (; at < bytes.length; ) {
    const piece = bytes.subarray(at, at + 1);
    at += 1;
    const taken = parser.execute(piece);
    // Node hides what the parser says once a message asks for another protocol.
    const why = taken instanceof Error ? reasonOf(taken) : taken === 0 && open !== undefined ? 'an upgrade' : undefined;
    if (why !== undefined) return { messages: withOpen(messages, open), refused: { why, at: at - 1 }, isUpgraded };
    if (isUpgraded && open === undefined) break;
  }
  return { messages: withOpen(messages, open), refused: undefined, isUpgraded };
};

const reasonOf = (error: Error & { readonly code?: string; readonly reason?: string }): string =>
  `${error.code}: ${error.reason}`;

const withOpen = (messages: readonly Framed[], open: Omit<Framed, 'end'> | undefined): readonly Framed[] =>
  open === undefined ? messages : [...messages, { ...open, end: undefined }];

/** Their numbers, found by asking. */
const methodNames = new Map<number, string>();
for (const name of methods) {
  const parser = new HTTPParser();
  parser.initialize(HTTPParser.REQUEST, {}, 2 ** 20, HTTPParser.kLenientNone);
  parser[HTTPParser.kOnHeadersComplete] = (_major: number, _minor: number, _fields: unknown, method: number) => {
    methodNames.set(method, name);
    return 0;
  };
  parser.execute(Buffer.from(`${name} / HTTP/1.1\r\nHost: a\r\n\r\n`));
}
