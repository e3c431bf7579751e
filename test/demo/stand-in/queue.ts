/** Who takes messages off the queue. */
export interface Consumer {
  readonly pod: string;
  /** How many messages it is handed before it has acknowledged any. */
  readonly prefetch: number;
  readonly hand: (tag: number, id: string) => void;
}

/** A message that its consumer held to the end and never acknowledged. */
export interface HandedBack {
  readonly pod: string;
  readonly id: string;
  readonly handedMs: number;
  readonly backMs: number;
}

interface Message {
  readonly tag: number;
  readonly id: string;
}

interface Holding {
  readonly message: Message;
  readonly handedMs: number;
}

/** A queue with competing consumers, as RabbitMQ has it: each message to one of them, in turn. */
export class Queue {
  readonly handedBack: HandedBack[] = [];
  readonly #nowMs: () => number;
  readonly #waiting: Message[] = [];
  readonly #held = new Map<Consumer, Map<number, Holding>>();
  #lastTag = 0;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Nothing waits and nobody holds anything. */
  get isEmpty(): boolean {
    return this.#waiting.length === 0 && [...this.#held.values()].every(({ size }) => size === 0);
  }

  publish(id: string): void {
    this.#lastTag += 1;
    this.#waiting.push({ tag: this.#lastTag, id });
    this.#handOut();
  }

  attach(consumer: Consumer): void {
    this.#held.set(consumer, new Map());
    this.#handOut();
  }

  /** Acknowledged, or refused without requeue: either way the broker forgets it. */
  forget(consumer: Consumer, tag: number): void {
    this.#held.get(consumer)?.delete(tag);
    this.#handOut();
  }

  /** The consumer is gone: what it had not acknowledged goes back to where it was. */
  detach(consumer: Consumer): void {
    const held = [...(this.#held.get(consumer)?.values() ?? [])];
    this.#held.delete(consumer);
    for (const { message, handedMs } of held) {
      this.#waiting.push(message);
      this.handedBack.push({ pod: consumer.pod, id: message.id, handedMs, backMs: this.#nowMs() });
    }
    this.#waiting.sort((a, b) => a.tag - b.tag);
    this.#handOut();
  }

  #handOut(): void {
    for (let message = this.#waiting[0]; message !== undefined; message = this.#waiting[0]) {
      const next = [...this.#held].find(([{ prefetch }, { size }]) => size < prefetch);
      if (next === undefined) return;
      const [consumer, held] = next;
      this.#waiting.shift();
      // Whoever was served goes to the end of the line.
      this.#held.delete(consumer);
      this.#held.set(consumer, held.set(message.tag, { message, handedMs: this.#nowMs() }));
      consumer.hand(message.tag, message.id);
    }
  }
}
