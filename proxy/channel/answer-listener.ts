/** Listens to the app's answer to one request, on its way to daprd. */
export interface AnswerListener {
  /** Forgets everything: the request goes to the app, maybe again. */
  readonly restart: () => void;
  /** More of the final answer, head included. */
  readonly add: (bytes: Buffer) => void;
  readonly ended: (status: number) => void;
}

const maxBytes = 1024 * 1024;

/** Listens to an answer's status, and to its body if that is plain text of at most 1 MiB. */
export const listenTo = (ended: (status: number, body: string | undefined) => void): AnswerListener => {
  let chunks: Buffer[] = [];
  let bytes = 0;
  return {
    restart: () => {
      chunks = [];
      bytes = 0;
    },
    add: (chunk) => {
      bytes += chunk.length;
      if (bytes <= maxBytes) chunks.push(Buffer.from(chunk));
      else chunks = [];
    },
    ended: (status) => {
      ended(status, bytes <= maxBytes ? bodyOf(Buffer.concat(chunks)) : undefined);
      chunks = [];
    },
  };
};

/** The body of an answer whose framing is valid; undefined if it is compressed. */
const bodyOf = (answer: Buffer): string | undefined => {
  const head = /^.*?\n\r?\n/s.exec(answer.toString('latin1'))?.[0];
  if (head === undefined || /\ncontent-encoding:/i.test(head)) return undefined;
  const body = answer.subarray(head.length);
  return (/\ntransfer-encoding:/i.test(head) ? joined(body) : body).toString();
};

/** The data of a chunked body. */
const joined = (body: Buffer): Buffer => {
  const parts: Buffer[] = [];
  for (let at = 0; ; ) {
    const lineEnd = body.indexOf('\r\n', at);
    const bytes = lineEnd < 0 ? 0 : Number.parseInt(body.toString('latin1', at, lineEnd), 16);
    if (!(bytes > 0)) return Buffer.concat(parts);
    const from = lineEnd + 2;
    parts.push(body.subarray(from, from + bytes));
    at = from + bytes + 2;
  }
};
