import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { appChannelPort, containerName } from '../../proxy/contract/names.ts';
import { injected } from '../support/cli/daps.ts';
import type { LocalProgram } from '../support/pod/container.ts';
import type { PodOptions } from '../support/pod/pod.ts';
import { subscriber } from '../support/pod/subscriber.ts';
import type { PodTemplate } from '../support/pod/template.ts';
import { root } from '../support/sources.ts';
import type { ColumnName } from './column.ts';
import type { World } from './world.ts';

export const appId = 'demo-orders';
export const route = '/messages';
const appPort = 8080;

/** What its author wrote: nothing special, and a readiness probe. */
const manifest = `apiVersion: apps/v1
kind: Deployment
metadata: {name: orders}
spec:
  template:
    metadata:
      annotations:
        dapr.io/enabled: "true"
        dapr.io/app-id: ${appId}
        dapr.io/app-port: "${appPort}"
        daps.io/pre-stop-delay: 1s
        daps.io/grace-period: 30s
    spec:
      terminationGracePeriodSeconds: 30
      containers:
      - name: app
        image: orders:1
        ports: [{containerPort: ${appPort}}]
        readinessProbe: {httpGet: {path: /healthz, port: ${appPort}}}
`;

/** Listens at once and answers 404 until it has booted; a second of work a message; gone at once on SIGTERM. */
const app = { BOOT_MS: '2000', EARLY_LISTEN: '1', WORK_MS: '1000' };

const built = join(root, 'dist/daps-sidecar.mjs');
const sidecar: LocalProgram = {
  command: process.execPath,
  args: [existsSync(built) ? built : join(root, 'proxy/main.ts')],
};

/** A pod as plain Dapr makes it, or the same pod injected by daps. */
export const podOptions = (name: string, column: ColumnName, world: World, eventsFile: string): PodOptions => {
  const isInjected = column === 'daps';
  const text = isInjected ? injected(manifest) : manifest;
  const { template } = (parse(text) as { spec: { template: PodTemplate } }).spec;
  const { placement, container, program, resources } = world.daprd(isInjected ? appChannelPort : appPort, isInjected);
  const { initContainers = [], containers } = template.spec;
  const daprd = container === undefined ? [] : [container];
  return {
    name,
    daprd: placement,
    template: {
      ...template,
      spec: {
        ...template.spec,
        initContainers: isInjected ? [...initContainers, ...daprd] : initContainers,
        containers: isInjected ? containers : [...containers, ...daprd],
      },
    },
    programs: {
      app: subscriber({ ...app, TOPIC: world.topic, EVENTS_FILE: eventsFile }),
      [containerName]: sidecar,
      ...(container === undefined || program === undefined ? {} : { [container.name]: program }),
    },
    resources: resources ?? [],
  };
};
