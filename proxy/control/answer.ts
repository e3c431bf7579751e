import { STATUS_CODES } from 'node:http';

/** What a caller of the control port gets. */
export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

export const plainText = (status: number, body: string): Answer => ({
  status,
  type: 'text/plain; charset=utf-8',
  body,
});

export const json = (facts: object): Answer => ({
  status: 200,
  type: 'application/json; charset=utf-8',
  body: JSON.stringify(facts),
});

/** The bytes of an answer, after which the connection ends; to HEAD without the body (RFC 9110 §9.3.2). */
export const bytesOf = ({ status, type, body }: Answer, method: string): Buffer =>
  Buffer.from(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nContent-Type: ${type}\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${method === 'HEAD' ? '' : body}`,
  );
