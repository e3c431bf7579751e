import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { parse } from 'yaml';
import type { ToolName } from '../tools/registry.ts';
import { cleanRabbit, cleanRedis, rabbitPubsub } from './broker.ts';
import { injected } from './daps.ts';
import { Pod, type StopOptions } from './kubelet.ts';
import type { LocalProgram } from './kubelet-container.ts';
import type { DaprdPlacement } from './kubelet-daprd.ts';
import { Publisher } from './kubelet-publisher.ts';
import { subscriber } from './kubelet-subscriber.ts';
import type { PodTemplate } from './kubelet-template.ts';
import { type Ledger, settled } from './ledger.ts';
import { root } from './sources.ts';
import { openTempFolder } from './temp-folder.ts';

/** What runs in the pods: plain Dapr as its injector makes it, or daps with daprd added in either way. */
export const columns = ['plain', 'daps, injector', 'daps, inline'] as const;
export type Column = (typeof columns)[number];

/** What is done to the pods while messages flow. */
export interface Stage {
  /** Adds a replica; the promise is kept when it is ready. */
  readonly start: () => Promise<Pod>;
  readonly stop: (pod: Pod, options?: StopOptions) => Promise<void>;
  /** Replaces every running pod, one after the other: the new one is ready before the old one is deleted. */
  readonly rollout: () => Promise<void>;
  readonly pods: readonly Pod[];
  readonly column: Column;
  readonly topic: string;
  readonly file: (name: string) => string;
}

export interface Scenario {
  readonly name: string;
  /** Variables of the subscriber. */
  readonly app: Readonly<Record<string, string>>;
  /** `daps.io/*` and `dapr.io/*` annotations besides the usual ones. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** Metadata of the RabbitMQ component, or another pub/sub component. */
  readonly pubsub?: Readonly<Record<string, string>> | object;
  readonly resources?: readonly object[];
  readonly perSecond: number;
  readonly replicas: number;
  readonly daprdTool?: ToolName;
  /** How long nothing may happen before a message counts as lost. */
  readonly quietMs?: number;
  readonly act: (stage: Stage) => Promise<void>;
}

export interface Played {
  readonly ledger: Ledger;
  /** What every pod did and said, for failures. */
  readonly story: string;
  readonly pods: readonly Pod[];
}

const sidecarProgram: LocalProgram = {
  command: process.execPath,
  args: [join(root, 'dist/daps-sidecar.mjs')],
  env: {},
};

const placements: Readonly<Record<Column, DaprdPlacement>> = {
  plain: 'regular',
  'daps, injector': 'injector',
  'daps, inline': 'inline',
};

const manifest = (appId: string, annotations: Readonly<Record<string, string>>): string => `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${appId}}
spec:
  template:
    metadata:
      annotations:
        dapr.io/enabled: "true"
        dapr.io/app-id: ${appId}
        dapr.io/app-port: "8080"
${Object.entries(annotations)
  .map(([name, text]) => `        ${name}: ${JSON.stringify(text)}\n`)
  .join('')}    spec:
      containers:
      - name: app
        image: app:1
        ports: [{containerPort: 8080}]
        readinessProbe: {httpGet: {path: /healthz, port: 8080}}
`;

export interface PodRequest {
  readonly appId: string;
  readonly name: string;
  readonly column: Column;
  readonly annotations: Readonly<Record<string, string>>;
  /** Variables of the subscriber. */
  readonly app: Readonly<Record<string, string>>;
  readonly resources: readonly object[];
  readonly daprdTool?: ToolName;
}

/** Starts one pod of the subscriber: injected by daps, or as plain Dapr has it. */
export const startPod = ({ appId, column, annotations, app, ...rest }: PodRequest): Promise<Pod> => {
  const plain = manifest(appId, annotations);
  const { spec } = parse(column === 'plain' ? plain : injected(plain)) as { spec: { template: PodTemplate } };
  const daps = column === 'plain' ? {} : { daps: sidecarProgram };
  return Pod.start({
    ...rest,
    template: spec.template,
    daprd: placements[column],
    programs: { app: subscriber(app), ...daps },
  });
};

let plays = 0;

/** Plays one scenario with one kind of pods, on a queue of its own, and says what became of the messages. */
export const play = async (scenario: Scenario, column: Column): Promise<Played> => {
  plays += 1;
  const appId = `orders-${process.pid}-${plays}`;
  const topic = `${appId}-topic`;
  const folder = openTempFolder();
  const component = isComponent(scenario.pubsub) ? scenario.pubsub : rabbitPubsub(scenario.pubsub);
  const publisher = await Publisher.start([component]);
  const all: Pod[] = [];
  const running: Pod[] = [];
  let started = 0;
  const file = (name: string): string => join(folder.path, name);
  const eventFiles = (): readonly string[] => all.map(({ name }) => file(`${name}.jsonl`));

  const start = async (): Promise<Pod> => {
    const name = `${appId}-${started}`;
    started += 1;
    const pod = await startPod({
      appId,
      name,
      column,
      annotations: scenario.annotations ?? {},
      app: { TOPIC: topic, EVENTS_FILE: file(`${name}.jsonl`), ...scenario.app },
      resources: [component, ...(scenario.resources ?? [])],
      ...(scenario.daprdTool === undefined ? {} : { daprdTool: scenario.daprdTool }),
    });
    all.push(pod);
    running.push(pod);
    await pod.ready();
    return pod;
  };
  const stop = async (pod: Pod, options: StopOptions = {}): Promise<void> => {
    running.splice(running.indexOf(pod), 1);
    await pod.stop(options);
  };
  const rollout = async (): Promise<void> => {
    for (const old of [...running]) {
      await start();
      await stop(old);
    }
  };

  try {
    for (let replica = 0; replica < scenario.replicas; replica += 1) await start();
    let isPublishing = true;
    const publish = async (): Promise<void> => {
      for (let id = 0; isPublishing; id += 1) {
        await publisher.publish(topic, `m${id}`);
        await delay(1000 / scenario.perSecond);
      }
    };
    const publishing = publish();
    await delay(1000);
    await scenario.act({ start, stop, rollout, pods: running, column, topic, file });
    isPublishing = false;
    await publishing;
    const ledger = await settled(publisher.published, eventFiles(), scenario.quietMs, 240_000);
    return { ledger, pods: all, story: all.map((pod) => pod.describe()).join('\n\n') };
  } finally {
    await Promise.all([...all.map((pod) => pod.dispose()), publisher.dispose()]);
    await cleanRabbit([appId], [topic, `${topic}-dead`]).catch(() => undefined);
    await cleanRedis([topic]).catch(() => undefined);
    folder.remove();
  }
};

const isComponent = (pubsub: Scenario['pubsub']): pubsub is object => pubsub !== undefined && 'kind' in pubsub;
