import { AppsV1Api } from '@kubernetes/client-node';
import { eventually } from '../support/eventually.ts';
import { clusterMs, labConfig, type Namespace } from './cluster.ts';
import { imageNames } from './places.ts';

/** What became of the calls of one load. */
export interface Calls {
  readonly made: number;
  readonly failedCount: number;
  readonly failed: readonly Call[];
  /** How often each failure was seen. */
  readonly reasons: Readonly<Record<string, number>>;
  readonly slowest: readonly Call[];
}

interface Call {
  readonly at: number;
  readonly tookMs: number;
  readonly failure?: string;
}

/** Calls through the caller's daprd, and through the Service. */
export interface BothWays {
  readonly invocations: Calls;
  readonly requests: Calls;
}

export interface CallLoad {
  readonly name: string;
  readonly url: string;
  readonly perSecond: number;
  readonly keepsConnections: boolean;
  /** An answer that takes longer is a failure; 120 s where nothing is said. */
  readonly timeoutMs?: number;
}

const name = 'caller';
const triesMs = 5000;
const reachMs = 300_000;

const deployment = {
  metadata: { name },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: {
        labels: { app: name },
        annotations: { 'dapr.io/enabled': 'true', 'dapr.io/app-id': name },
      },
      spec: {
        containers: [
          {
            name,
            image: imageNames.app,
            imagePullPolicy: 'Never',
            args: ['/apps/caller.mjs'],
            resources: { requests: { cpu: '50m' } },
            readinessProbe: { httpGet: { path: '/healthz', port: 9000 }, periodSeconds: 1 },
          },
        ],
      },
    },
  },
};

/** Another pod of the system, with a daprd of its own as Dapr makes it, that calls the app in every way there is. */
export class Caller {
  readonly #address: string;

  private constructor(address: string) {
    this.#address = address;
  }

  static async start(namespace: Namespace): Promise<Caller> {
    await labConfig().makeApiClient(AppsV1Api).createNamespacedDeployment({
      namespace: namespace.name,
      body: deployment,
    });
    const isReady = async (): Promise<boolean> => (await namespace.readyPods(name)).length === 1;
    await eventually(`the caller in ${namespace.name} is ready`, isReady, clusterMs);
    const [pod] = await namespace.readyPods(name);
    return new Caller(pod?.status?.podIP ?? '');
  }

  async #post(path: string, body: object): Promise<unknown> {
    const answer = await fetch(`http://${this.#address}:9000${path}`, { method: 'POST', body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`the caller said ${answer.status}: ${await answer.text()}`);
    return answer.json();
  }

  async begin(load: CallLoad): Promise<void> {
    await this.#post('/begin', load);
  }

  /** Makes no new calls, waits for those under way. */
  async end(load: string): Promise<Calls> {
    return (await this.#post('/end', { name: load })) as Calls;
  }

  /** Waits until so many calls of a load more are over. */
  async over(load: string, more: number): Promise<void> {
    const count = async (): Promise<number> =>
      ((await this.#post('/count', { name: load })) as { readonly over: number }).over;
    const enough = (await count()) + more;
    await eventually(`${more} ${load} more are over`, async () => (await count()) >= enough, clusterMs);
  }

  /** Waits until calls of a URL are answered, several in a row. */
  async answers(url: string): Promise<void> {
    let last: Calls['reasons'] = {};
    const isAnswered = async (): Promise<boolean> => {
      await this.begin({ name: 'tries', url, perSecond: 5, keepsConnections: true, timeoutMs: triesMs });
      await this.over('tries', 5);
      const { failedCount, reasons } = await this.end('tries');
      last = reasons;
      return failedCount === 0;
    };
    await eventually(`${url} is answered`, isAnswered, reachMs, () => JSON.stringify(last));
  }

  /** Waits until calls are answered both ways: a Service and a name are there a moment after the pods. */
  async reaches(app: string): Promise<void> {
    let last: readonly Calls['reasons'][] = [];
    const isReached = async (): Promise<boolean> => {
      await this.beginBothWays(app, 10, triesMs);
      await this.overBothWays(5);
      const { invocations, requests } = await this.endBothWays();
      last = [invocations.reasons, requests.reasons];
      return invocations.failedCount + requests.failedCount === 0;
    };
    const what = `${app} is reached through daprd and its Service`;
    await eventually(what, isReached, reachMs, () => JSON.stringify(last));
  }

  /** Calls an app through daprd, and as often through the Service, each of these on a connection of its own. */
  async beginBothWays(app: string, perSecond: number, timeoutMs = 120_000): Promise<void> {
    const load = { perSecond, timeoutMs };
    await this.begin({ ...load, name: 'invocations', url: invocationUrl(app), keepsConnections: true });
    await this.begin({ ...load, name: 'requests', url: `http://${app}/hello`, keepsConnections: false });
  }

  async overBothWays(more: number): Promise<void> {
    await Promise.all([this.over('invocations', more), this.over('requests', more)]);
  }

  async endBothWays(): Promise<BothWays> {
    return { invocations: await this.end('invocations'), requests: await this.end('requests') };
  }
}

export const invocationUrl = (app: string): string => `http://127.0.0.1:3500/v1.0/invoke/${app}/method/hello`;
