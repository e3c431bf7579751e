import { join } from 'node:path';
import process from 'node:process';
import { parse } from 'yaml';
import type { ToolName } from '../../tools/registry.ts';
import { injected } from '../cli/daps.ts';
import type { LocalProgram } from '../pod/container.ts';
import type { DaprdPlacement } from '../pod/daprd.ts';
import { proxyProgram } from '../pod/mesh.ts';
import { hasNamespaces } from '../pod/namespace.ts';
import { Pod, type StopOptions } from '../pod/pod.ts';
import { subscriber } from '../pod/subscriber.ts';
import type { PodTemplate } from '../pod/template.ts';
import { root } from '../sources.ts';
import type { Component } from './broker.ts';
import type { Ledger } from './ledger.ts';

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
  /** Those that run, the oldest first. */
  readonly pods: readonly Pod[];
  /** Publishes faster or slower from now on. */
  readonly publishAt: (perSecond: number) => void;
  /** Messages that wait in the app's queue. */
  readonly queueLength: () => Promise<number>;
  /** What has become of the messages so far. */
  readonly ledger: () => Ledger;
  /** Waits until apps have begun so many messages more. */
  readonly begun: (messages: number) => Promise<void>;
  /** Waits until apps have finished so many messages more. */
  readonly finished: (messages: number) => Promise<void>;
  /** Waits until something is so. Plain Dapr may never come to it: after a while the play goes on without. */
  readonly until: (what: string, isTrue: () => boolean | Promise<boolean>) => Promise<void>;
}

export interface Scenario {
  readonly name: string;
  /** Variables of the subscriber. */
  readonly app: Readonly<Record<string, string>>;
  /** Whether the app needs an ordinary container beside it, such as a database proxy, for each message. */
  readonly hasHelper?: true;
  /** Whether all TCP of the pods goes through a mesh's proxy in an ordinary container. */
  readonly isInMesh?: true;
  /** A proxy of the pod that its daprd needs for the broker: in an ordinary container, or in a native sidecar. */
  readonly brokerProxy?: 'container' | 'native sidecar';
  /** `daps.io/*` and `dapr.io/*` annotations besides the usual ones. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** Metadata of the RabbitMQ component, or another pub/sub component. */
  readonly pubsub?: Readonly<Record<string, string>> | Component;
  /** Resources of the app's daprd besides its component, e.g. a Resiliency. */
  readonly resources?: readonly object[];
  /** The `spec` of the Configuration of the app's daprd. */
  readonly configuration?: object;
  /** How messages come to the app: as events of a topic, as bare payloads of one, or by an input binding. */
  readonly by?: 'topic' | 'raw' | 'binding';
  /** Metadata of each message, which some brokers hand on and daprd makes headers of. */
  readonly metadata?: Readonly<Record<string, string>>;
  readonly perSecond: number;
  /** No more than so many messages. */
  readonly messages?: number;
  readonly replicas: number;
  readonly daprdTool?: ToolName;
  /** How long nothing happens with plain Dapr before a message that is missing counts as lost. */
  readonly quietMs?: number;
  readonly act: (stage: Stage) => Promise<void>;
}

/** Whether a scenario has a component of its own; else its metadata are RabbitMQ's. */
export const isComponent = (pubsub: Scenario['pubsub']): pubsub is Component =>
  pubsub !== undefined && 'kind' in pubsub;

export interface Played {
  readonly ledger: Ledger;
  /** How long each pod took to be ready, from when its first process was started. */
  readonly readyMs: readonly number[];
  /** How long each pod took to end, from its deletion. */
  readonly stopMs: readonly number[];
  /** What every pod did and said, for failures. */
  readonly story: string;
  /** Until pods and load were there, until all was done to them, until the last message was finished or lost. */
  readonly tookMs: { readonly opening: number; readonly acts: number; readonly end: number };
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

/** Ends at SIGTERM at once, as proxies do. */
const helperProgram: LocalProgram = {
  command: process.execPath,
  args: ['-e', "require('node:http').createServer((_, answer) => answer.end()).listen(process.env.PORT)"],
};

const helper = `        env: [{name: NEEDS, value: "http://127.0.0.1:8090/"}]
      - name: helper
        image: helper:1
        ports: [{containerPort: 8090}]
`;

/** Where daprd finds the broker behind a proxy of its pod. */
const proxiedPort = 5999;
const brokerProxyLines = '      - name: broker-proxy\n        image: proxy:1\n';

/** Resources in which the broker is behind the pod's own proxy, and that proxy. */
const behindProxy = (
  resources: readonly object[],
): { readonly resources: readonly object[]; readonly proxy: LocalProgram } => {
  const server = /\b127\.0\.0\.1:\d+/;
  const [broker = ''] = server.exec(JSON.stringify(resources)) ?? [];
  const there = resources.map(
    (one) => JSON.parse(JSON.stringify(one).replace(server, `localhost:${proxiedPort}`)) as object,
  );
  return { resources: there, proxy: proxyProgram([`${proxiedPort}>${broker}`]) };
};

/** The kubelet speaks no HTTP/2 to probes. */
const isHttp2 = (annotations: Readonly<Record<string, string>>): boolean => 'dapr.io/app-protocol' in annotations;

const manifest = (
  appId: string,
  annotations: Readonly<Record<string, string>>,
  { hasHelper = false, brokerProxy }: Pick<PodRequest, 'hasHelper' | 'brokerProxy'>,
): string => `apiVersion: apps/v1
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
${brokerProxy === 'native sidecar' ? `      initContainers:\n${brokerProxyLines}        restartPolicy: Always\n` : ''}      containers:
      - name: app
        image: app:1
        ports: [{containerPort: 8080}]
        readinessProbe: ${isHttp2(annotations) ? '{tcpSocket: {port: 8080}}' : '{httpGet: {path: /healthz, port: 8080}}'}
${hasHelper ? helper : ''}${brokerProxy === 'container' ? brokerProxyLines : ''}`;

export interface PodRequest {
  readonly appId: string;
  readonly name: string;
  readonly column: Column;
  readonly annotations: Readonly<Record<string, string>>;
  /** Variables of the subscriber. */
  readonly app: Readonly<Record<string, string>>;
  readonly resources: readonly object[];
  readonly configuration?: object;
  readonly hasHelper?: boolean;
  readonly isInMesh?: boolean;
  readonly brokerProxy?: Scenario['brokerProxy'];
  readonly daprdTool?: ToolName;
  /** A network namespace where it can be had, if nothing else is said. */
  readonly network?: 'namespace' | 'shifted';
}

/** Starts one pod of the subscriber: injected by daps, or as plain Dapr has it. */
export const startPod = async (request: PodRequest): Promise<Pod> => {
  const { appId, column, annotations, app, network, hasHelper = false, brokerProxy, resources, ...rest } = request;
  const plain = manifest(appId, annotations, { hasHelper, brokerProxy });
  const { spec } = parse(column === 'plain' ? plain : injected(plain)) as { spec: { template: PodTemplate } };
  const daps = column === 'plain' ? {} : { daps: sidecarProgram };
  const proxied = brokerProxy === undefined ? undefined : behindProxy(resources);
  return Pod.start({
    ...rest,
    resources: proxied?.resources ?? resources,
    network: network ?? ((await hasNamespaces()) ? 'namespace' : 'shifted'),
    template: spec.template,
    daprd: placements[column],
    programs: {
      app: subscriber(app),
      ...daps,
      ...(hasHelper ? { helper: helperProgram } : {}),
      ...(proxied === undefined ? {} : { 'broker-proxy': proxied.proxy }),
    },
  });
};
