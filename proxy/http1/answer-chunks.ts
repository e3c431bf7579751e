import { isTrailerLine } from './answer-head.ts';
import type { BodyProgress, BodyReader } from './body.ts';

const more: BodyProgress = { kind: 'more' };
const unclear: BodyProgress = { kind: 'ambiguous' };
/** A size, followed by white space or extensions of any kind. */
const sizeLine = /^([0-9A-Fa-f]{1,16})(?:[\t ]*|;[^\r]*)\r\n$/;
/** Go accepts 4,095 bytes and the line's end. */
const maxLineBytes = 4097;
const maxTrailerBytes = 65_536;

/**
 * Follows the chunks of an answer as Go does (1.26: net/http/internal/chunked.go, net/http/transfer.go `readTrailer`).
 */
export class AnswerChunks implements BodyReader {
  readonly endsWithConnection = false;
  #part: 'size' | 'data' | 'data-end' | 'trailer' = 'size';
  #left = 0;
  /** The part of a line that has arrived. */
  #line = '';
  #trailerBytes = 0;
  /** The line before ended with CRLF, as the last one of a trailer must. */
  #isAfterCrLf = true;

  advance(chunk: Buffer, from: number): BodyProgress {
    let at = from;
    while (at < chunk.length) {
      if (this.#part === 'data') {
        const here = Math.min(this.#left, chunk.length - at);
        this.#left -= here;
        at += here;
        if (this.#left === 0) this.#part = 'data-end';
        continue;
      }
      const lineFeed = chunk.indexOf(0x0a, at);
      const end = lineFeed < 0 ? chunk.length : lineFeed + 1;
      this.#line += chunk.toString('latin1', at, Math.min(end, at + maxLineBytes + 1));
      at = end;
      if (this.#line.length > maxLineBytes || !this.#mayBe(this.#line)) return unclear;
      if (lineFeed < 0) return more;
      const line = this.#line;
      this.#line = '';
      const next = this.#take(line);
      if (next === 'end') return { kind: 'end', at };
      if (next === undefined) return unclear;
      this.#part = next;
    }
    return more;
  }

  /** Whether a line may follow. Data ends with CRLF, and Go stops at other bytes. */
  #mayBe(line: string): boolean {
    return this.#part !== 'data-end' || '\r\n'.startsWith(line);
  }

  /** What follows a line; undefined if Go refuses it. */
  #take(line: string): 'size' | 'data' | 'data-end' | 'trailer' | 'end' | undefined {
    switch (this.#part) {
      case 'size': {
        const size = sizeLine.exec(line)?.[1];
        if (size === undefined) return undefined;
        this.#left = Number.parseInt(size, 16);
        return this.#left === 0 ? 'trailer' : 'data';
      }
      case 'data-end':
        return 'size';
      case 'trailer':
        return this.#takeTrailer(line);
      case 'data':
        return undefined;
    }
  }

  #takeTrailer(line: string): 'trailer' | 'end' | undefined {
    const isFirst = this.#trailerBytes === 0;
    const isAfterCrLf = this.#isAfterCrLf;
    this.#trailerBytes += line.length;
    this.#isAfterCrLf = line.endsWith('\r\n');
    if (line === '\r\n' && isAfterCrLf) return 'end';
    const isField = isTrailerLine(line.replace(/\r?\n$/, ''), isFirst);
    return isField && this.#trailerBytes <= maxTrailerBytes ? 'trailer' : undefined;
  }
}
