import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';

export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** Bytes from one address to another, and back. */
export class Relay {
  readonly #server: net.Server;
  readonly #sockets = new Set<net.Socket>();

  private constructor(to: Endpoint) {
    this.#server = net.createServer((down) => {
      const up = net.connect(to);
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

  static async open(at: Endpoint, to: Endpoint): Promise<Relay> {
    const relay = new Relay(to);
    relay.#server.listen(at);
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
