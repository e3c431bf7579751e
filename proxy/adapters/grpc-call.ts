import net from 'node:net';

/** A gRPC call whose message the server waits for. */
export interface GrpcCall {
  /** Resolves when the server ends, or its connection does. */
  readonly told: Promise<void>;
  /** Ends it without a message: the server does nothing. */
  readonly letGo: () => void;
  /**
   * Sends the rest of the message, which is empty, and ends it. Resolves with whether the server answers with status 0.
   */
  readonly finish: () => Promise<boolean>;
}

const timeoutMs = 2000;
/** The frame of an empty message, but for its last byte. */
const beginning = Buffer.from([0, 0, 0, 0]);
const lastByte = Buffer.from([0]);

/** Begins a call; undefined if no server accepts it. */
export const beginGrpc = async (
  address: net.NetConnectOpts,
  method: string,
  headers: Readonly<Record<string, string>>,
): Promise<GrpcCall | undefined> => {
  const { default: http2 } = await import('node:http2');
  return new Promise((resolve) => {
    const session = http2.connect('http://daprd', { createConnection: () => net.connect(address) });
    const giveUp = (): void => {
      clearTimeout(timer);
      session.destroy();
      resolve(undefined);
    };
    // A daprd sends its settings at once, and does not close what it has accepted.
    const timer = setTimeout(giveUp, timeoutMs);
    const told = new Promise<void>((tell) => {
      session.on('goaway', () => tell());
      session.on('close', () => tell());
    });
    session.on('error', giveUp);
    session.on('close', giveUp);
    session.on('remoteSettings', () => {
      clearTimeout(timer);
      const stream = session.request({
        ...headers,
        ':method': 'POST',
        ':path': method,
        'content-type': 'application/grpc',
        te: 'trailers',
      });
      let status: unknown;
      const hear = (fields: { readonly 'grpc-status'?: unknown }): void => {
        status ??= fields['grpc-status'];
      };
      stream.on('response', hear);
      stream.on('trailers', hear);
      stream.on('error', () => {});
      stream.resume();
      const letGo = (): void => session.destroy();
      const finish = (): Promise<boolean> =>
        new Promise((answer) => {
          const end = (): void => {
            answer(status === '0');
            letGo();
          };
          if (stream.closed) end();
          stream.on('close', end);
          session.setTimeout(timeoutMs, letGo);
          stream.end(lastByte);
        });
      stream.write(beginning, () => resolve({ told, letGo, finish }));
    });
  });
};
