import type { Framing, ResponseHead } from './head.ts';

/**
 * Reads an answer's head as daprd does, with Go's net/http: the app's answer ends where daprd finds its end. Sources
 * (Go 1.26): net/http/response.go `ReadResponse`, net/http/transfer.go `parseTransferEncoding` and `fixLength`,
 * net/textproto/reader.go `readMIMEHeader`. It returns undefined for a head that Go refuses; daprd hangs up then.
 */

const statusLine = /^HTTP\/(\d)\.(\d) +(\d{3}|\+\d\d|-00)(?: .*)?$/s;
/** A field, or the continuation of one. A name may contain spaces, and then means nothing. */
const fieldLine = /^(?:[!#$%&'*+\-.^_`|~0-9A-Za-z ]+:|[\t ])[\t -~\x80-\xff]*$/;
const maxLength = 2n ** 63n - 1n;

/** Whether Go would read on after this line, which is without its line end. */
export const isAnswerLine = (line: string, isFirst: boolean): boolean => (isFirst ? statusLine : fieldLine).test(line);

/** Whether a trailer may contain a line. */
export const isTrailerLine = (line: string, isFirst: boolean): boolean =>
  fieldLine.test(line) && !(isFirst && /^[\t ]/.test(line));

/** `text`: the head up to its empty line, without it, each line with its line end, which may be a bare line feed. */
export const readAnswerHead = (text: string, method: string): ResponseHead | undefined => {
  const [first = '', ...lines] = text.split(/\r?\n/).slice(0, -1);
  const line = statusLine.exec(first);
  if (line === null || /^[\t ]/.test(lines[0] ?? '') || !lines.every((each) => isAnswerLine(each, false)))
    return undefined;
  const fields = unfolded(lines);
  const [, major, minor, code] = line;
  const status = Number(code);
  const isHttp11 = Number(major) > 1 || (major === '1' && minor !== '0');
  const framing = framingOf(fields, method, status, isHttp11);
  return (
    framing && {
      status,
      framing,
      isEventStream: isEventStream(fields),
      isSwitch: status === 101 && asksForSwitch(fields),
    }
  );
};

const isEventStream = (fields: Fields): boolean =>
  fields.get('content-type')?.[0]?.toLowerCase().startsWith('text/event-stream') === true;

type Fields = ReadonlyMap<string, readonly string[]>;

const unfolded = (lines: readonly string[]): Fields => {
  const whole: string[] = [];
  for (const line of lines)
    if (/^[\t ]/.test(line)) whole.push(`${whole.pop() ?? ''} ${trimmed(line)}`);
    else whole.push(trimmed(line));
  const fields = new Map<string, string[]>();
  for (const line of whole) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    fields.set(name, [...(fields.get(name) ?? []), trimmed(line.slice(colon + 1))]);
  }
  return fields;
};

/** Removes the spaces and tabs around a text. */
const trimmed = (text: string): string => {
  let [start, end] = [0, text.length];
  while (start < end && isBlank(text, start)) start += 1;
  while (end > start && isBlank(text, end - 1)) end -= 1;
  return text.slice(start, end);
};

const isBlank = (text: string, at: number): boolean => text[at] === ' ' || text[at] === '\t';

const framingOf = (fields: Fields, method: string, status: number, isHttp11: boolean): Framing | undefined => {
  const codings = isHttp11 ? (fields.get('transfer-encoding') ?? []) : [];
  const isChunked = codings.length === 1 && codings[0]?.toLowerCase() === 'chunked';
  const lengths = new Set((fields.get('content-length') ?? []).map(trimmed));
  const [length] = lengths;
  if (codings.length > 0 && !isChunked) return undefined;
  if (lengths.size > 1 || (length !== undefined && !isLength(length))) return undefined;
  if (method === 'HEAD' || (status >= 100 && status < 200) || status === 204 || status === 304) return { kind: 'none' };
  if (isChunked) return { kind: 'chunked' };
  if (length === undefined) return { kind: 'until-close' };
  return Number(length) === 0 ? { kind: 'none' } : { kind: 'length', bytes: Number(length) };
};

const isLength = (text: string): boolean => /^\d+$/.test(text) && BigInt(text) <= maxLength;

const asksForSwitch = (fields: Fields): boolean =>
  (fields.get('upgrade')?.[0] ?? '') !== '' &&
  (fields.get('connection') ?? []).some((value) =>
    value.split(',').some((token) => trimmed(token).toLowerCase() === 'upgrade'),
  );
