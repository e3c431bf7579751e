import { spawnSync } from 'node:child_process';
import { toolPath } from '../tools.ts';

/** How Go's net/http frames a stream. */
export interface GoVerdict {
  readonly messages: readonly { readonly what: string; readonly end: number; readonly untilClose: boolean }[];
  /** Why it reads no further; empty where it does not say no. */
  readonly refused: string;
}

/** Asks Go about many streams at once. `method`: that of the request they answer; empty for requests. */
export const askGo = (method: string, streams: readonly Buffer[]): readonly GoVerdict[] => {
  const input = streams.map((stream) => `${JSON.stringify({ method, stream: stream.toString('base64') })}\n`).join('');
  const { stdout, stderr, status } = spawnSync(toolPath('nethttp') ?? 'nethttp', { input, maxBuffer: 2 ** 30 });
  if (status !== 0) throw new Error(`nethttp: ${stderr}`);
  return stdout
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as GoVerdict);
};
