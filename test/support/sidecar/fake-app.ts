import { once } from 'node:events';
import http from 'node:http';

/** An app whose every request waits until the test answers it, or that answers by itself. */
export class StageApp {
  readonly #port: number;
  #server: http.Server | undefined;
  /** Ids in the order they came, again for each time. */
  readonly seen: string[] = [];
  readonly waiting: { readonly id: string; readonly answer: (status?: number) => void }[] = [];
  isReady = true;
  /** Called whenever it is asked whether it is ready. */
  onHealth: () => void = () => {};
  answersAtOnce = true;
  busyAnswer = '{"busy":false}';
  subscribe = '[]';

  constructor(port: number) {
    this.#port = port;
  }

  async listen(): Promise<void> {
    const server = http.createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => this.#answer(request.url ?? '', Buffer.concat(chunks).toString(), response));
      request.on('error', () => {});
    });
    server.keepAliveTimeout = 60_000;
    this.#server = server;
    server.listen(this.#port, '127.0.0.1');
    await once(server, 'listening');
  }

  #answer(url: string, id: string, response: http.ServerResponse): void {
    if (url === '/healthz') {
      this.onHealth();
      response.writeHead(this.isReady ? 200 : 503).end();
    } else if (url === '/busy') response.writeHead(200, { 'Content-Type': 'application/json' }).end(this.busyAnswer);
    else if (url === '/dapr/subscribe') response.end(this.subscribe);
    else {
      this.seen.push(id);
      if (this.answersAtOnce) response.end(`done ${id}`);
      else this.waiting.push({ id, answer: (status = 200) => response.writeHead(status).end(`done ${id}`) });
    }
  }

  /** Ends its connections, and takes new ones. */
  cut(): void {
    this.waiting.length = 0;
    this.#server?.closeAllConnections();
  }

  /** Dies: connections are reset, the port refuses. */
  crash(): void {
    this.cut();
    this.#server?.close();
    this.#server = undefined;
  }
}
