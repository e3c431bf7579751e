/** What a caller of the control port wants: a method, and a path without its query. */
export interface AskedFor {
  readonly method: string;
  readonly path: string;
}

export type RequestHead = AskedFor | 'incomplete' | 'no-http' | 'too-long';

/** Go's client, curl and browsers send less than 1 KB. */
export const maxHeadBytes = 8 * 1024;

const requestLine = /^([A-Z]{1,20}) (\/[\x21-\x7e\x80-\xff]*) HTTP\/1\.[01]$/;

/**
 * Reads the request line (RFC 9112 §3) of a head in Latin-1, once the head is whole. No answer of this port depends on
 * a header or a body, so it reads nothing else.
 */
export const readHead = (text: string): RequestHead => {
  const lineEnd = text.indexOf('\n');
  if (lineEnd === -1) return text.length > maxHeadBytes ? 'too-long' : 'incomplete';
  const [, method, target] = requestLine.exec(text.slice(0, lineEnd).replace(/\r$/, '')) ?? [];
  if (method === undefined || target === undefined) return 'no-http';
  const headEnd = text.search(/\n\r?\n/);
  if (headEnd === -1 ? text.length > maxHeadBytes : headEnd > maxHeadBytes) return 'too-long';
  return headEnd === -1 ? 'incomplete' : { method, path: target.split('?', 1)[0] ?? target };
};
