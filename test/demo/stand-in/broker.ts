import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { type Consumer, type HandedBack, Queue } from './queue.ts';
import { onMessage, send, type ToBroker } from './wire.ts';

/** A broker with one queue, in this process; daprds come in over TCP. */
export class Broker {
  readonly #queue = new Queue(Date.now);
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor() {
    this.#server = createServer((socket) => this.#serve(socket));
  }

  static async start(): Promise<Broker> {
    const broker = new Broker();
    broker.#server.listen(0, '127.0.0.1');
    await once(broker.#server, 'listening');
    return broker;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get isEmpty(): boolean {
    return this.#queue.isEmpty;
  }

  get handedBack(): readonly HandedBack[] {
    return this.#queue.handedBack;
  }

  publish(id: string): void {
    this.#queue.publish(id);
  }

  stop(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #serve(socket: Socket): void {
    let consumer: Consumer | undefined;
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.#sockets.delete(socket);
      if (consumer !== undefined) this.#queue.detach(consumer);
    });
    onMessage<ToBroker>(socket, (message) => {
      if (message.what === 'consume') {
        const { pod, prefetch } = message;
        consumer = { pod, prefetch, hand: (tag, id) => send(socket, { tag, id }) };
        this.#queue.attach(consumer);
      } else if (consumer !== undefined) {
        this.#queue.forget(consumer, message.tag);
      }
    });
  }
}
