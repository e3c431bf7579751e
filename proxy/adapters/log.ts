import { fstatSync } from 'node:fs';
import net from 'node:net';
import pino from 'pino';
import type { LogLevel } from '../config.ts';

/** One JSON line an event: what happened in words, its facts as fields. */
export interface Log {
  readonly debug: (facts: object, words: string) => void;
  readonly info: (facts: object, words: string) => void;
  readonly warn: (facts: object, words: string) => void;
  readonly error: (facts: object, words: string) => void;
}

/** Lines that wait for a reader, at most; what comes then is dropped and counted. */
const maxWaitingBytes = 256 * 1024;
/** How long an exit waits for the reader of the last lines. */
const lastLinesMs = 1000;

/** What lines are written to. */
interface Lines {
  readonly write: (line: string) => void;
  /** Resolves when all is written, or a reader has not taken it in a second. */
  readonly flushed: () => Promise<void>;
}

/** To stdout. A reader that stalls (a full disk of the node, a blocked collector) stops no delivery. */
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

/** A file or a terminal takes what it gets. */
const fileLines = (fd: number): Lines => {
  const destination = pino.destination({ fd, sync: true });
  return { write: (line) => destination.write(line), flushed: async () => {} };
};

/** A pipe, which the runtime of containers reads, is written to without waiting: Node itself would wait. */
const pipeLines = (fd: number): Lines => {
  const pipe = new net.Socket({ fd, readable: false, writable: true });
  let dropped = 0;
  pipe.on('error', () => {}); // nobody reads any more
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
