import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';

/** Bytes from one address to a server on loopback, and back. */
export class Relay {
  readonly #server: net.Server;
  readonly #sockets = new Set<net.Socket>();

  private constructor(to: number) {
    this.#server = net.createServer((down) => {
      const up = net.connect(to, '127.0.0.1');
      for (const [one, other] of [
        [down, up],
        [up, down],
      ] as const) {
        this.#sockets.add(one);
        one.pipe(other);
        one.on('error', () => other.destroy());
        one.on('close', () => {
          this.#sockets.delete(one);
          if (!one.readableEnded) other.destroy();
        });
      }
    });
  }

  static async open(host: string, to: number): Promise<Relay> {
    const relay = new Relay(to);
    relay.#server.listen(0, host);
    await once(relay.#server, 'listening');
    return relay;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}
