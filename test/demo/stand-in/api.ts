import { createServer } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';

export interface Shutdown {
  readonly gracefully: () => void;
  readonly atOnce: () => void;
  readonly isReady: () => boolean;
}

/** The two calls of Dapr's HTTP API that the demo needs. */
export const serveHttp = (port: number, { gracefully, atOnce, isReady }: Shutdown): void => {
  createServer(({ method, url, headers }, response) => {
    const isShutdown = method === 'POST' && url === '/v1.0/shutdown';
    if (isShutdown) response.writeHead(204).end();
    else response.writeHead(isReady() ? 204 : 500).end();
    if (isShutdown) (headers['dapr-force-shutdown'] === 'true' ? atOnce : gracefully)();
  }).listen(port, '127.0.0.1');
};

/** Dapr's gRPC API as far as a shutdown sees it: calls that never end keep it from stopping. */
export class GrpcApi {
  readonly #server = createHttp2Server();
  #calls = 0;
  #onIdle: () => void = () => {};

  constructor(port: number) {
    this.#server.on('stream', (stream) => {
      this.#calls += 1;
      stream.on('error', () => {});
      stream.on('close', () => {
        this.#calls -= 1;
        if (this.#calls === 0) this.#onIdle();
      });
    });
    this.#server.on('sessionError', () => {});
    this.#server.listen(port, '127.0.0.1');
  }

  /** As grpc-go's `GracefulStop`: takes nothing new, waits for what is there. */
  stop(): Promise<void> {
    this.#server.close();
    return new Promise((resolve) => {
      this.#onIdle = resolve;
      if (this.#calls === 0) resolve();
    });
  }
}
