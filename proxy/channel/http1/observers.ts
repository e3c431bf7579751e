import { type BodyReader, bodyReader } from './body.ts';
import { parseRequestHead, parseResponseHead, type RequestHead, type ResponseHead } from './head.ts';
import { HeadReader } from './head-reader.ts';

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

  constructor(parse: (text: string) => Head | undefined) {
    this.#heads = new HeadReader(parse);
  }

  protected abstract bodyOf(head: Head): BodyReader | undefined;

  /** Whether not a byte of a message has come. */
  get isAtStart(): boolean {
    return this.#body === undefined && this.#heads.isEmpty;
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
    super(parseRequestHead);
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
    super((text) => parseResponseHead(text, this.method));
    this.method = method;
  }

  protected bodyOf(head: ResponseHead): BodyReader | undefined {
    return head.status < 200 ? undefined : bodyReader(head.framing);
  }
}

/** What a chunk of an answer is to the one who passes it on. */
export type AnswerStep =
  | { readonly kind: 'kept' }
  /** 1xx: passed at once; `rest` is to be fed again. */
  | { readonly kind: 'interim'; readonly bytes: Buffer; readonly rest: Buffer | undefined }
  | {
      readonly kind: 'answer';
      readonly status: number | undefined;
      readonly isEventStream: boolean;
      readonly bytes: Buffer;
      readonly isLast: boolean;
    }
  /** 101, more than was asked for, or ambiguous: from here on nothing is understood. */
  | { readonly kind: 'blind'; readonly bytes: readonly Buffer[] };

/** Reads along the answer to one request, and then to the next. */
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

  get endsWithConnection(): boolean {
    return this.#messages.endsWithConnection;
  }

  feed(chunk: Buffer): AnswerStep {
    const step = this.#messages.feed(chunk);
    if (step.kind === 'kept') return step;
    if (step.kind === 'ambiguous') return { kind: 'blind', bytes: [step.bytes] };
    const { bytes, rest, isLast } = step;
    const status = step.head?.status;
    if (status !== undefined && status < 200 && status !== 101) return { kind: 'interim', bytes, rest };
    if (status === 101 || rest !== undefined)
      return { kind: 'blind', bytes: rest === undefined ? [bytes] : [bytes, rest] };
    return { kind: 'answer', status, isEventStream: step.head?.isEventStream === true, bytes, isLast };
  }
}
