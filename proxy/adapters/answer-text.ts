import type http from 'node:http';
import { longestDelayMs } from './clock.ts';

/** A whole answer. */
export interface AnswerText {
  readonly status: number;
  readonly text: string;
}

/** The answer to a request, or why there is none. */
export type Asked = AnswerText | { readonly failed: Error } | 'late' | 'too-long' | 'switched';

export const isAnswer = (what: Asked): what is AnswerText => typeof what === 'object' && 'status' in what;

/**
 * Sends a request and reads its answer, `maxBytes` of it, all within `timeoutMs`: a peer that sends a byte now and then
 * is as late as one that is silent. Without `maxBytes` it waits for the status alone. Never rejects.
 */
export const asked = (send: () => http.ClientRequest, timeoutMs: number, maxBytes?: number): Promise<Asked> =>
  new Promise((resolve) => {
    let sent: http.ClientRequest | undefined;
    const give = (what: Asked): void => {
      clearTimeout(timer);
      sent?.destroy();
      resolve(what);
    };
    const timer = setTimeout(() => give('late'), Math.min(timeoutMs, longestDelayMs));
    try {
      sent = send();
    } catch (error) {
      // A header that Node does not send.
      give({ failed: error as Error });
      return;
    }
    sent.on('error', (error) => give({ failed: error }));
    let hasResponse = false;
    sent.on('close', () => {
      if (!hasResponse) give({ failed: new Error('the connection was closed') });
    });
    sent.on('upgrade', () => give('switched'));
    sent.on('response', (response) => {
      hasResponse = true;
      const status = response.statusCode ?? 0;
      if (maxBytes === undefined) {
        give({ status, text: '' });
        return;
      }
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > maxBytes) give('too-long');
        else chunks.push(chunk);
      });
      response.on('end', () => give({ status, text: Buffer.concat(chunks).toString() }));
      response.on('error', (error) => give({ failed: error }));
    });
  });
