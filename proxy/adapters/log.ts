import { fstatSync } from 'node:fs';
import net from 'node:net';
import pino from 'pino';
import type { LogLevel } from '../config.ts';

/** Logs one JSON line for each event: what happened in words, its facts as fields. */
export interface Log {
  readonly debug: (facts: object, words: string) => void;
  readonly info: (facts: object, words: string) => void;
  readonly warn: (facts: object, words: string) => void;
  readonly error: (facts: object, words: string) => void;
}

/** How many lines may wait for a reader. It drops and counts further ones. */
const maxWaitingBytes = 256 * 1024;
/** How long an exit waits for the reader of the last lines. */
const lastLinesMs = 1000;

/** Where lines go. */
interface Lines {
  readonly write: (line: string) => void;
  /** Resolves when everything is written, or after a second in which the reader did not take it. */
  readonly flushed: () => Promise<void>;
}

/** Logs to stdout. A reader that stalls (a full disk of the node, a blocked collector) stops no delivery. */
export const pinoLog = (
  level: LogLevel,
  base: Readonly<Record<string, string | undefined>>,
): { readonly log: Log; readonly flushed: () => Promise<void> } => {
  const lines = isPipe(1) ? pipeLines(1) : fileLines(1);
  const log = pino(
    {
      level,
      base,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      messageKey: 'msg',
    },
    lines,
  );
  return { log, flushed: lines.flushed };
};

const isPipe = (fd: number): boolean => {
  const stat = fstatSync(fd);
  return stat.isFIFO() || stat.isSocket();
};

/** Writes to a file or a terminal, which accept everything. */
const fileLines = (fd: number): Lines => {
  const destination = pino.destination({ fd, sync: true });
  return { write: (line) => destination.write(line), flushed: async () => {} };
};

/** Writes without waiting to a pipe, which the container runtime reads: Node itself would wait. */
const pipeLines = (fd: number): Lines => {
  const pipe = new net.Socket({ fd, readable: false, writable: true });
  let dropped = 0;
  pipe.on('error', () => {}); // its reader is gone
  pipe.on('drain', () => {
    if (dropped === 0) return;
    const words = `${dropped} lines were dropped: their reader was too slow`;
    dropped = 0;
    pipe.write(`${JSON.stringify({ level: 'warn', time: new Date().toISOString(), msg: words })}\n`);
  });
  return {
    write: (line) => {
      if (pipe.writableLength > maxWaitingBytes) dropped += 1;
      else pipe.write(line);
    },
    flushed: () =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, lastLinesMs);
        pipe.write('', () => {
          clearTimeout(timer);
          resolve();
        });
      }),
  };
};
