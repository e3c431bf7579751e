import type { Log } from '../adapters/log.ts';
import type { ChannelNote } from '../channel/context.ts';
import { unreachable } from '../contract/unreachable.ts';

const descriptorWords =
  'the sidecar has no file descriptor left for a connection to the app: deliveries are held until one is free. Raise the limit of open files of the container; further cases are not logged.';
const fewDescriptorsWords =
  'the sidecar has nearly no file descriptor left: Node closes further connections of daprd, whose deliveries fail. Raise the limit of open files of the container.';

/** Logs the channel's notes. */
export class NoteLog {
  readonly #log: Log;
  /** What is logged once only. */
  readonly #logged = new Set<string>();

  constructor(log: Log) {
    this.#log = log;
  }

  add(note: ChannelNote): void {
    const { what, ...facts } = note;
    switch (what) {
      case 'last-try':
        this.#log.warn(
          facts,
          'a delivery was cut by the app each time it got it: it is retried alone for the last time, other work waits',
        );
        return;
      case 'give-up':
        this.#log.error(
          facts,
          'a delivery was cut by the app each time it got it, and is given up: Dapr retries or dead-letters it',
        );
        return;
      case 'not-replayable':
        this.#log.warn(
          facts,
          'a delivery was cut and is too large to be sent again: daprd will be restarted, so that the broker redelivers it',
        );
        return;
      case 'unclear-answer':
        this.#log.warn(
          facts,
          'the app sent an answer that is malformed, or more than one: daps closed its connection and opens a new one for the next request; the metric daps_unclear_answers_total counts further ones, which are not logged',
        );
        return;
      case 'not-connected':
        if (isOutOfDescriptors(note.errorCode)) this.#once('descriptors', facts, descriptorWords);
        else this.#once(note.errorCode, facts, 'a connection to the app failed, though its port does not refuse');
        return;
      case 'few-descriptors':
        this.#once(what, facts, fewDescriptorsWords);
        return;
      default:
        unreachable(what);
    }
  }

  #once(what: string, facts: object, words: string): void {
    if (this.#logged.has(what)) return;
    this.#logged.add(what);
    this.#log.warn(facts, words);
  }
}

/** Of the process, or of the whole node. */
const isOutOfDescriptors = (errorCode: string): boolean => errorCode === 'EMFILE' || errorCode === 'ENFILE';
