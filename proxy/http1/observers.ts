import { AnswerChunks } from './answer-chunks.ts';
import { isAnswerLine, readAnswerHead } from './answer-head.ts';
import { type BodyReader, bodyReader } from './body.ts';
import { parseRequestHead, parseResponseHead, type RequestHead, type ResponseHead } from './head.ts';
import { goLines, type HeadGrammar, HeadReader, strictLines } from './head-reader.ts';

/** What a chunk contains. `bytes` belong to the message; `rest` comes after it. */
export type Step<Head> =
  /** The head is not complete, so the observer keeps the chunk. */
  | { readonly kind: 'kept' }
  /** A head and what came with it, or more of the body; `isLast` if the message ends with it. */
  | {
      readonly kind: 'message';
      readonly head: Head | undefined;
      readonly bytes: Buffer;
      readonly isLast: boolean;
      readonly rest: Buffer | undefined;
    }
  /** Two readers could understand the bytes differently from here on. `head` is set if it was still clear. */
  | { readonly kind: 'ambiguous'; readonly head: Head | undefined; readonly bytes: Buffer };

/** Reads along the messages of one direction of a connection. */
abstract class Observer<Head> {
  readonly #heads: HeadReader<Head>;
  #body: BodyReader | undefined;

  constructor(grammar: HeadGrammar<Head>) {
    this.#heads = new HeadReader(grammar);
  }

  protected abstract bodyOf(head: Head): BodyReader | undefined;

  /** Whether no byte of a message has arrived. */
  get isAtStart(): boolean {
    return this.#body === undefined && this.#heads.isEmpty;
  }

  /** The memory of the part of a head that has arrived. */
  get keptBytes(): number {
    return this.#heads.keptBytes;
  }

  /** Whether the message goes on for as long as the connection does. */
  get endsWithConnection(): boolean {
    return this.#body?.endsWithConnection === true;
  }

  /** Begins a new message. */
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

/** Reads along what daprd sends: one request after the other. */
export class RequestObserver extends Observer<RequestHead> {
  constructor() {
    super({ ...strictLines, parse: parseRequestHead });
  }

  protected bodyOf(head: RequestHead): BodyReader {
    return bodyReader(head.framing);
  }
}

/** Reads along what the app sends for one request: interim answers (1xx) have a head only, the final one ends it. */
class MessageObserver extends Observer<ResponseHead> {
  /** The method of the request. */
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

/** What a chunk of an answer contains. */
export type AnswerStep =
  | { readonly kind: 'kept' }
  /** 1xx, which passes at once. Feed `rest` again. */
  | { readonly kind: 'interim'; readonly status: number; readonly bytes: Buffer; readonly rest: Buffer | undefined }
  /** `isOverfull`: more bytes came after its end, in `rest`, and belong to no answer. */
  | {
      readonly kind: 'answer';
      readonly status: number | undefined;
      readonly isEventStream: boolean;
      readonly bytes: Buffer;
      readonly isLast: boolean;
      readonly isOverfull: boolean;
      readonly rest: Buffer | undefined;
    }
  /** 101: another protocol follows. */
  | { readonly kind: 'switched'; readonly bytes: readonly Buffer[] }
  /** Go's client, which is daprd's, refuses these bytes. */
  | { readonly kind: 'unclear'; readonly bytes: Buffer };

/** Reads along the answer to one request, and then to the next, as daprd reads it. */
export class AnswerObserver {
  readonly #messages: MessageObserver;

  constructor(method: string) {
    this.#messages = new MessageObserver(method);
  }

  /** Begins the answer to another request. */
  restart(method: string): void {
    this.#messages.method = method;
    this.#messages.restart();
  }

  get isAtStart(): boolean {
    return this.#messages.isAtStart;
  }

  /** The memory of the part of a head that has arrived. */
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
