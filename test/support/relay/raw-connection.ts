import { once } from 'node:events';
import net from 'node:net';
import { lateError, patienceMs } from '../eventually.ts';

/** How a connection ended, as the one who holds it saw it. */
export type Closing = 'ended' | 'reset';

/** One end of a TCP connection in a test's hands: nothing is read or answered but by the test. */
export class Wire {
  readonly socket: net.Socket;
  readonly #story: () => string;
  #chunks: Buffer[] = [];
  #bytes = 0;
  #waiting = new Set<() => void>();
  /** The other end has no more to say. */
  hasEnded = false;
  closing: Closing | undefined;

  /** `story` is what a wait in vain tells besides. */
  constructor(socket: net.Socket, story: () => string = () => '') {
    this.socket = socket;
    this.#story = story;
    let closing: Closing = 'ended';
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => {
      this.#chunks.push(chunk);
      this.#bytes += chunk.length;
      this.#changed();
    });
    socket.on('end', () => {
      this.hasEnded = true;
      this.#changed();
    });
    socket.on('error', () => {
      closing = 'reset';
    });
    socket.on('close', () => {
      this.closing = closing;
      this.#changed();
    });
  }

  /** How many bytes have come and were not taken. */
  get waitingBytes(): number {
    return this.#bytes;
  }

  /** Resolves when the bytes are in the kernel's hands, or the connection is gone. */
  write(bytes: Buffer | string): Promise<void> {
    return new Promise((resolve) => {
      this.socket.write(bytes, () => resolve());
    });
  }

  /** One write for each piece, so that none is joined with another by us. */
  async writePieces(bytes: Buffer, size: number): Promise<void> {
    for (let at = 0; at < bytes.length; at += size) await this.write(bytes.subarray(at, at + size));
  }

  /** Exactly so many bytes, which are then no longer waiting. */
  async receive(count: number): Promise<Buffer> {
    await this.until(`${count} bytes`, () => this.#bytes >= count || this.closing !== undefined);
    const all = this.takeAll();
    if (all.length < count) throw new Error(`${this.closing} after ${all.length} of ${count} bytes: ${show(all)}`);
    if (all.length > count) {
      this.#chunks = [all.subarray(count)];
      this.#bytes = all.length - count;
    }
    return all.subarray(0, count);
  }

  /** The same bytes as these come, or it says what came instead. */
  async expects(bytes: Buffer | string): Promise<void> {
    const wanted = Buffer.from(bytes);
    const got = await this.receive(wanted.length);
    if (!got.equals(wanted)) throw new Error(`expected ${show(wanted)}\n     got ${show(got)}`);
  }

  /** Everything that has come. */
  takeAll(): Buffer {
    const all = Buffer.concat(this.#chunks);
    this.#chunks = [];
    this.#bytes = 0;
    return all;
  }

  /** Everything until the other end has no more to say. */
  async rest(): Promise<Buffer> {
    await this.until('the end', () => this.hasEnded || this.closing !== undefined);
    return this.takeAll();
  }

  /** How it ended, when it has. */
  async closed(): Promise<Closing> {
    await this.until('the connection to be gone', () => this.closing !== undefined);
    return this.closing ?? 'ended';
  }

  end(): void {
    this.socket.end();
  }

  destroy(): void {
    this.socket.destroy();
  }

  reset(): void {
    this.socket.resetAndDestroy();
  }

  until(what: string, isSo: () => boolean): Promise<void> {
    return waitFor(what, isSo, this.#waiting, () => {
      const end = this.closing ?? (this.hasEnded ? 'half closed' : 'open');
      return `  the connection is ${end}; not taken yet: ${show(Buffer.concat(this.#chunks))}\n${this.#story()}`;
    });
  }

  #changed(): void {
    for (const look of this.#waiting) look();
  }
}

/** The first of many bytes, in a form that fits into a message. */
export const show = (bytes: Buffer): string =>
  `${JSON.stringify(bytes.toString('latin1', 0, 300))} (${bytes.length} bytes)`;

/** Waits until something is so; `waiting` holds what is to be called when it may have become so. */
export const waitFor = (
  what: string,
  isSo: () => boolean,
  waiting: Set<() => void>,
  details: () => string = () => '',
): Promise<void> => {
  if (isSo()) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      waiting.delete(look);
      reject(lateError(what, patienceMs, details()));
    }, patienceMs);
    const look = (): void => {
      if (!isSo()) return;
      clearTimeout(timer);
      waiting.delete(look);
      resolve();
    };
    waiting.add(look);
  });
};

export const connectWire = async (port: number, story?: () => string): Promise<Wire> => {
  const socket = net.connect({ host: '127.0.0.1', port, allowHalfOpen: true });
  const wire = new Wire(socket, story);
  await once(socket, 'connect');
  return wire;
};

/** A server whose connections are taken by the test one by one, in the order they came. */
export class WireServer {
  readonly #server: net.Server;
  readonly #wires: Wire[] = [];
  readonly #waiting = new Set<() => void>();
  #taken = 0;

  constructor(server: net.Server, event: 'connection' | 'secureConnection' = 'connection') {
    this.#server = server;
    server.on(event, (socket: net.Socket) => {
      this.#wires.push(new Wire(socket));
      for (const look of this.#waiting) look();
    });
  }

  async listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  get port(): number {
    return (this.#server.address() as net.AddressInfo).port;
  }

  /** How many have ever connected. */
  get connections(): number {
    return this.#wires.length;
  }

  /** The next connection. */
  async accept(): Promise<Wire> {
    const index = this.#taken;
    this.#taken += 1;
    await waitFor(`connection ${index + 1} to the app`, () => this.#wires.length > index, this.#waiting);
    return this.#wires[index] as Wire;
  }

  async close(): Promise<void> {
    for (const wire of this.#wires) wire.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
