import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { EventFiles } from '../support/event-files.ts';
import { openTempFolder } from '../support/temp-folder.ts';
import { net } from './places.ts';

/**
 * Where pods say what happens to their messages, so that it outlives them: a line in a file, then the answer. A message
 * is called `<load>.<number>`, and every load has a file of its own.
 */
export class LedgerServer {
  readonly #folder = openTempFolder();
  /** A pod that did not get its answer tells the same once more. */
  readonly #heard = new Set<string>();
  readonly #server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (part: string) => {
      body += part;
    });
    request.on('end', () => {
      const { id } = JSON.parse(body) as { readonly id: string };
      if (!this.#heard.has(body)) appendFileSync(this.#fileOf(id.slice(0, id.lastIndexOf('.'))), `${body}\n`);
      this.#heard.add(body);
      response.end();
    });
  });

  async start(): Promise<void> {
    this.#server.keepAliveTimeout = 600_000;
    this.#server.listen(0, net.node);
    await once(this.#server, 'listening');
  }

  get url(): string {
    return `http://${net.node}:${(this.#server.address() as AddressInfo).port}/`;
  }

  #fileOf(load: string): string {
    return join(this.#folder.path, `${load}.jsonl`);
  }

  /** What was said of a load's messages. */
  eventsOf(load: string): EventFiles {
    return new EventFiles(() => [this.#fileOf(load)]);
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
    this.#folder.remove();
  }
}
