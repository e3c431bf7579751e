import type http from 'node:http';

/** A whole answer. */
export interface AnswerText {
  readonly status: number;
  readonly text: string;
}

/** The answer to a request that was sent; undefined where there is none, or it is longer than `maxBytes`. */
export const answerText = (sent: http.ClientRequest, maxBytes: number): Promise<AnswerText | undefined> =>
  new Promise((resolve) => {
    const give = (answer: AnswerText | undefined): void => {
      sent.destroy();
      resolve(answer);
    };
    sent.on('response', (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > maxBytes) give(undefined);
        else chunks.push(chunk);
      });
      response.on('end', () => give({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }));
      response.on('error', () => give(undefined));
    });
    sent.on('timeout', () => give(undefined));
    sent.on('error', () => resolve(undefined));
  });
