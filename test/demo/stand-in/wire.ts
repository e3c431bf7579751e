import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';

/** What a daprd tells the broker, a line of JSON each. */
export type ToBroker =
  | { readonly what: 'consume'; readonly pod: string; readonly prefetch: number }
  | { readonly what: 'ack'; readonly tag: number }
  /** Without requeue, which is the RabbitMQ component's default: the message is gone. */
  | { readonly what: 'nack'; readonly tag: number };

/** What the broker hands out. */
export interface Handed {
  readonly tag: number;
  readonly id: string;
}

export const send = (socket: Socket, message: ToBroker | Handed): void => {
  if (socket.writable) socket.write(`${JSON.stringify(message)}\n`);
};

export const onMessage = <Message extends ToBroker | Handed>(
  socket: Socket,
  call: (message: Message) => void,
): void => {
  const lines = createInterface({ input: socket });
  lines.on('line', (line) => call(JSON.parse(line) as Message));
  lines.on('error', () => {}); // it repeats the socket's, which is followed by its end
};
