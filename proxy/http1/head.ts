/**
 * Reads the heads of HTTP/1.1 messages (RFC 9112), only as far as framing and classification need. It returns undefined
 * for a head that two readers could understand differently: a connection with such a request becomes a tunnel, and daps
 * reads such an answer as Go does (`answer-head.ts`).
 */

/** How long a message's body is (RFC 9112 §6.3). */
export type Framing =
  | { readonly kind: 'none' }
  | { readonly kind: 'length'; readonly bytes: number }
  | { readonly kind: 'chunked' }
  | { readonly kind: 'until-close' };

export interface RequestHead {
  readonly method: string;
  /** The request target as it was sent, query included. */
  readonly target: string;
  readonly framing: Framing;
  readonly contentType: string | undefined;
  /** The calling app, if both `dapr-caller-app-id` and `dapr-callee-app-id` are present. */
  readonly caller: Caller | undefined;
}

export interface Caller {
  readonly appId: string;
  readonly namespace: string | undefined;
}

export interface ResponseHead {
  readonly status: number;
  readonly framing: Framing;
  /** Whether it has server-sent events, which the caller reads one by one. */
  readonly isEventStream: boolean;
  /** Whether it is a 101 that another protocol follows. */
  readonly isSwitch: boolean;
}

const requestLine = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+) ([!-~]+) HTTP\/1\.([01])$/;
const statusLine = /^HTTP\/1\.([01]) (\d{3})(?: [\t -~\x80-\xff]*)?$/;
/** Field lines that every reader understands alike: no folding, no bare CR or LF, no space before the colon, no NUL. */
const fieldLines = /^(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t -~\x80-\xff]*\r\n)*$/;

interface Fields {
  readonly contentLength: string | undefined;
  readonly transferEncoding: string | undefined;
  readonly contentType: string | undefined;
  readonly caller: Caller | undefined;
  /** A field appears twice that must not. */
  readonly isRepeated: boolean;
}

/** `text`: a head up to its empty line, without it, each line with its CRLF. */
export const parseRequestHead = (text: string): RequestHead | undefined => {
  const lineEnd = text.indexOf('\r\n');
  const line = requestLine.exec(text.slice(0, lineEnd));
  const fields = readFields(text, lineEnd + 2);
  if (line === null || fields === undefined) return undefined;
  const [, method = '', target = '', minor] = line;
  if (method === 'CONNECT') return undefined;
  const framing = bodyFraming(fields, minor === '1');
  return framing && { method, target, framing, contentType: fields.contentType, caller: fields.caller };
};

/** Reads a final answer's head that every reader understands alike. `method`: that of its request. */
export const parseResponseHead = (text: string, method: string): ResponseHead | undefined => {
  const lineEnd = text.indexOf('\r\n');
  const line = statusLine.exec(text.slice(0, lineEnd));
  const fields = readFields(text, lineEnd + 2);
  if (line === null || fields === undefined) return undefined;
  const status = Number(line[2]);
  if (status < 200) return undefined;
  const framing = bodyFraming(fields, line[1] === '1');
  if (framing === undefined) return undefined;
  const hasNone = fields.contentLength === undefined && fields.transferEncoding === undefined;
  if (method === 'HEAD' || status === 204 || status === 304)
    return { status, framing: { kind: 'none' }, isEventStream: false, isSwitch: false };
  const isEventStream = fields.contentType?.toLowerCase().startsWith('text/event-stream') === true;
  return { status, framing: hasNone ? { kind: 'until-close' } : framing, isEventStream, isSwitch: false };
};

/** Both lengths, a transfer coding other than chunked, a length that is no number: readers differ on them. */
const bodyFraming = (
  { contentLength, transferEncoding, isRepeated }: Fields,
  isHttp11: boolean,
): Framing | undefined => {
  if (isRepeated) return undefined;
  if (transferEncoding !== undefined) {
    const isChunked = contentLength === undefined && isHttp11 && transferEncoding.toLowerCase() === 'chunked';
    return isChunked ? { kind: 'chunked' } : undefined;
  }
  if (contentLength === undefined) return { kind: 'none' };
  if (!/^\d{1,15}$/.test(contentLength)) return undefined;
  const bytes = Number(contentLength);
  return bytes === 0 ? { kind: 'none' } : { kind: 'length', bytes };
};

const readFields = (text: string, from: number): Fields | undefined => {
  if (!fieldLines.test(text.slice(from))) return undefined;
  let contentLength: string | undefined;
  let transferEncoding: string | undefined;
  let contentType: string | undefined;
  let callerAppId: string | undefined;
  let callerNamespace: string | undefined;
  let hasCallee = false;
  let isRepeated = false;
  for (let at = from; at < text.length; ) {
    const colon = text.indexOf(':', at);
    const end = text.indexOf('\r\n', colon);
    // Only names of these lengths matter: most lines are skipped without being copied.
    switch (colon - at) {
      case 12:
        if (isName(text, at, colon, 'content-type')) contentType ??= trimmed(text, colon + 1, end);
        break;
      case 14:
        if (isName(text, at, colon, 'content-length')) {
          isRepeated ||= contentLength !== undefined;
          contentLength = trimmed(text, colon + 1, end);
        }
        break;
      case 17:
        if (isName(text, at, colon, 'transfer-encoding')) {
          isRepeated ||= transferEncoding !== undefined;
          transferEncoding = trimmed(text, colon + 1, end);
        }
        break;
      case 18:
        if (isName(text, at, colon, 'dapr-caller-app-id')) callerAppId ??= trimmed(text, colon + 1, end);
        else hasCallee ||= isName(text, at, colon, 'dapr-callee-app-id');
        break;
      case 21:
        if (isName(text, at, colon, 'dapr-caller-namespace')) callerNamespace ??= trimmed(text, colon + 1, end);
        break;
    }
    at = end + 2;
  }
  const caller =
    callerAppId !== undefined && hasCallee ? { appId: callerAppId, namespace: callerNamespace } : undefined;
  return { contentLength, transferEncoding, contentType, caller, isRepeated };
};

/**
 * Removes the spaces around a text. Tabs and no-break spaces, which `trim()` removes too, are not spaces to all
 * readers.
 */
const trimmed = (text: string, from: number, to: number): string => {
  let [start, end] = [from, to];
  while (start < end && text.charCodeAt(start) === 0x20) start += 1;
  while (end > start && text.charCodeAt(end - 1) === 0x20) end -= 1;
  return text.slice(start, end);
};

const isName = (text: string, at: number, colon: number, name: string): boolean =>
  text.slice(at, colon).toLowerCase() === name;
