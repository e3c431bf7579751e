import type { MessageRecord } from '../record.ts';

export interface Placed {
  readonly message: MessageRecord;
  readonly row: number;
}

const gapMs = 60;

/** Puts each message into the first row that is free when it comes. */
export const placed = (messages: readonly MessageRecord[], endMs: number, pointMs: number): readonly Placed[] => {
  const freeFromMs: number[] = [];
  return messages.map((message) => {
    const found = freeFromMs.findIndex((ms) => ms <= message.fromMs);
    const row = found < 0 ? freeFromMs.length : found;
    freeFromMs[row] = Math.max(message.toMs ?? endMs, message.fromMs + pointMs) + gapMs;
    return { message, row };
  });
};
