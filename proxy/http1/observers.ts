import { AnswerChunks } from './answer-chunks.ts';
import { isAnswerLine, readAnswerHead } from './answer-head.ts';
import { type BodyReader, bodyReader } from './body.ts';
import { parseRequestHead, parseResponseHead, type RequestHead, type ResponseHead } from './head.ts';
import { goLines, type HeadGrammar, HeadReader, strictLines } from './head-reader.ts';

/** What a chunk turned out to be. `bytes` belong to the message; `rest` comes after it. */
export type Step<Head> =
  /** Kept: its head is not complete. */
  | { readonly kind: 'kept' }
  /** A head and what came with it, or more of the body; `isLast` where the message ends with it. */
  | {
      readonly kind: 'message';
      readonly head: Head | undefined;
      readonly bytes: Buffer;
      readonly isLast: boolean;
      readonly rest: Buffer | undefined;
    }
  /** Nothing that two readers would take alike, from here on. `head` where that was still clear. */
  | { readonly kind: 'ambiguous'; readonly head: Head | undefined; readonly bytes: Buffer };

/** Reads along the messages of one direction of a connection. */
abstract class Observer<Head> {
  readonly #heads: HeadReader<Head>;
  #body: BodyReader | undefined;

  constructor(grammar: HeadGrammar<Head>) {
    this.#heads = new HeadReader(grammar);
  }

  protected abstract bodyOf(head: Head): BodyReader | undefined;

  /** Whether not a byte of a message has come. */
  get isAtStart(): boolean {
    return this.#body === undefined && this.#heads.isEmpty;
  }

  /** The memory that is taken by what has come of a head. */
  get keptBytes(): number {
    return this.#heads.keptBytes;
  }

  /** Whether the message goes on for as long as the connection does. */
  get endsWithConnection(): boolean {
    return this.#body?.endsWithConnection === true;
  }

  /** Goes on with a new message, wherever it was. */
  restart(): void {
    this.#body = undefined;
    this.#heads.restart();
  }

  feed(chunk: Buffer): Step<Head> {
    if (this.#body !== undefined) return this.#advance(undefined, this.#body, chunk, 0);
    const progress = this.#heads.feed(chunk);
    switch (progress.kind) {
      case 'more':
        return { kind: 'kept' };
      case 'ambiguous':
        return { kind: 'ambiguous', head: undefined, bytes: progress.bytes };
      case 'head': {
        const { head, bytes, headBytes } = progress;
        this.#body = this.bodyOf(head);
        if (this.#body !== undefined) return this.#advance(head, this.#body, bytes, headBytes);
        const rest = headBytes < bytes.length ? bytes.subarray(headBytes) : undefined;
        return { kind: 'message', head, bytes: bytes.subarray(0, headBytes), isLast: false, rest };
      }
    }
  }

  #advance(head: Head | undefined, body: BodyReader, chunk: Buffer, from: number): Step<Head> {
    const progress = body.advance(chunk, from);
    switch (progress.kind) {
      case 'more':
        return { kind: 'message', head, bytes: chunk, isLast: false, rest: undefined };
      case 'ambiguous':
        return { kind: 'ambiguous', head, bytes: chunk };
      case 'end': {
        this.#body = undefined;
        const isExact = progress.at === chunk.length;
        return {
          kind: 'message',
          head,
          bytes: isExact ? chunk : chunk.subarray(0, progress.at),
          isLast: true,
          rest: isExact ? undefined : chunk.subarray(progress.at),
        };
      }
    }
  }
}

/** What daprd sends: one request after the other. */
export class RequestObserver extends Observer<RequestHead> {
  constructor() {
    super({ ...strictLines, parse: parseRequestHead });
  }

  protected bodyOf(head: RequestHead): BodyReader {
    return bodyReader(head.framing);
  }
}

/** What the app sends to one request: interim answers (1xx) have a head only, the final one ends the message. */
class MessageObserver extends Observer<ResponseHead> {
  /** That of the request. */
  method: string;

  constructor(method: string) {
    super({
      ...goLines(isAnswerLine),
      parse: (text) => parseResponseHead(text, this.method) ?? readAnswerHead(text, this.method),
    });
    this.method = method;
  }

  protected bodyOf({ status, framing }: ResponseHead): BodyReader | undefined {
    if (isInterim(status) || status === 101) return undefined;
    return framing.kind === 'chunked' ? new AnswerChunks() : bodyReader(framing);
  }
}

const isInterim = (status: number): boolean => status >= 100 && status < 200 && status !== 101;

/** What a chunk of an answer is to the one who passes it on. */
export type AnswerStep =
  | { readonly kind: 'kept' }
  /** 1xx: passed at once; `rest` is to be fed again. */
  | { readonly kind: 'interim'; readonly status: number; readonly bytes: Buffer; readonly rest: Buffer | undefined }
  /** `isOverfull`: bytes came behind its end, which belong to no answer; `rest` are those. */
  | {
      readonly kind: 'answer';
      readonly status: number | undefined;
      readonly isEventStream: boolean;
      readonly bytes: Buffer;
      readonly isLast: boolean;
      readonly isOverfull: boolean;
      readonly rest: Buffer | undefined;
    }
  /** 101: from here on another protocol is spoken. */
  | { readonly kind: 'switched'; readonly bytes: readonly Buffer[] }
  /** Go's client, which is daprd's, refuses these bytes. */
  | { readonly kind: 'unclear'; readonly bytes: Buffer };

/** Reads along the answer to one request, and then to the next, as daprd reads it. */
export class AnswerObserver {
  readonly #messages: MessageObserver;

  constructor(method: string) {
    this.#messages = new MessageObserver(method);
  }

  /** From here on it is the answer to another request. */
  restart(method: string): void {
    this.#messages.method = method;
    this.#messages.restart();
  }

  get isAtStart(): boolean {
    return this.#messages.isAtStart;
  }

  /** The memory that is taken by what has come of a head. */
  get keptBytes(): number {
    return this.#messages.keptBytes;
  }

  get endsWithConnection(): boolean {
    return this.#messages.endsWithConnection;
  }

  feed(chunk: Buffer): AnswerStep {
    const step = this.#messages.feed(chunk);
    if (step.kind === 'kept') return step;
    if (step.kind === 'ambiguous') return { kind: 'unclear', bytes: step.bytes };
    const { head, bytes, rest, isLast } = step;
    if (head !== undefined && isInterim(head.status)) return { kind: 'interim', status: head.status, bytes, rest };
    if (head?.isSwitch === true) return { kind: 'switched', bytes: rest === undefined ? [bytes] : [bytes, rest] };
    return {
      kind: 'answer',
      status: head?.status,
      isEventStream: head?.isEventStream === true,
      bytes,
      isLast: isLast || head?.status === 101,
      // 101 without the fields of a switch is a bare answer to Go; the app may speak the other protocol from here on.
      isOverfull: rest !== undefined || head?.status === 101,
      rest,
    };
  }
}
