import pino from 'pino';
import type { LogLevel } from '../config.ts';

/** One JSON line an event: what happened in words, its facts as fields. */
export interface Log {
  readonly debug: (facts: object, words: string) => void;
  readonly info: (facts: object, words: string) => void;
  readonly warn: (facts: object, words: string) => void;
  readonly error: (facts: object, words: string) => void;
}

/** To stdout, written at once: the last line before an exit is the one that is looked for. */
export const pinoLog = (level: LogLevel, base: Readonly<Record<string, string | undefined>>): Log =>
  pino(
    {
      level,
      base,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      messageKey: 'msg',
    },
    pino.destination({ fd: 1, sync: true }),
  );
