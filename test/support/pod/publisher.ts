import type { Published } from '../scenario/ledger.ts';
import { Pod } from './pod.ts';

const appId = 'publisher';

/** A daprd without an app that publishes, as another service of the same system would. */
export class Publisher {
  readonly published: Published[] = [];
  readonly #pod: Pod;

  private constructor(pod: Pod) {
    this.#pod = pod;
  }

  static async start(resources: readonly object[]): Promise<Publisher> {
    const template = { metadata: { annotations: { 'dapr.io/app-id': appId } }, spec: { containers: [] } };
    const pod = await Pod.start({ name: appId, template, daprd: 'regular', programs: {}, resources });
    await pod.ready();
    return new Publisher(pod);
  }

  /** Publishes one message; over when the broker has it. A topic no app has subscribed to yet loses it. */
  publish(topic: string, id: string, metadata: Readonly<Record<string, string>> = {}): Promise<void> {
    const query = Object.entries(metadata).map(([name, text]) => `metadata.${name}=${encodeURIComponent(text)}`);
    return this.#post(`publish/pubsub/${topic}?${query.join('&')}`, topic, id, { id });
  }

  /** The same without an envelope around it. */
  publishRaw(topic: string, id: string): Promise<void> {
    return this.#post(`publish/pubsub/${topic}?metadata.rawPayload=true`, topic, id, { id });
  }

  /** Sends one through an output binding. */
  bind(name: string, id: string): Promise<void> {
    return this.#post(`bindings/${name}`, name, id, { operation: 'create', data: { id } });
  }

  async #post(path: string, topic: string, id: string, message: object): Promise<void> {
    const t = Date.now();
    const url = `http://127.0.0.1:${this.#pod.ports.daprdHttp}/v1.0/${path}`;
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(message) }).catch(
      (error: Error) => {
        throw new Error(`publishing ${id}: ${error.message}\n${this.#pod.describe()}`, { cause: error });
      },
    );
    if (!answer.ok)
      throw new Error(`publishing ${id}: ${answer.status} ${await answer.text()}\n${this.#pod.describe()}`);
    this.published.push({ id, topic, t });
  }

  dispose(): Promise<void> {
    return this.#pod.dispose();
  }
}
