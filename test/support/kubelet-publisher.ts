import { Pod } from './kubelet.ts';
import type { Published } from './ledger.ts';

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
  async publish(topic: string, id: string): Promise<void> {
    const t = Date.now();
    const url = `http://127.0.0.1:${this.#pod.ports.daprdHttp}/v1.0/publish/pubsub/${topic}`;
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ id }) }).catch((error: Error) => {
      throw new Error(`publishing ${id}: ${error.message}\n${this.#pod.describe()}`, { cause: error });
    });
    if (!answer.ok)
      throw new Error(`publishing ${id}: ${answer.status} ${await answer.text()}\n${this.#pod.describe()}`);
    this.published.push({ id, t });
  }

  dispose(): Promise<void> {
    return this.#pod.dispose();
  }
}
