import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { imageRepository } from '../../cli/core/settings/workload-settings.ts';
import { root } from '../support/sources.ts';
import { buildTool } from '../tools/build.ts';
import { go } from '../tools/go.ts';
import { toolsFolder } from '../tools/places.ts';
import { daprControlPlane, kubernetes, type ToolName, tools } from '../tools/registry.ts';
import { type Daemon, ensure, pidOf } from './daemon.ts';
import { installDapr } from './dapr.ts';
import { noteFootprint, weighPods } from './footprint.ts';
import { importImages } from './images.ts';
import { makeNetwork } from './network.ts';
import * as parts from './parts.ts';
import { net, places, stateFolder } from './places.ts';
import { whyNot } from './requirements.ts';
import { writeSettings } from './settings-files.ts';

const needed: readonly ToolName[] = [
  'pause',
  ...kubernetes,
  'coredns',
  'helm3',
  'helm4',
  'daprd',
  'placement',
  ...daprControlPlane.map((name) => `dapr-${name}` as const),
];

/** What the sidecar's image is called where nobody chose another name. */
export const sidecarImage: string = `${imageRepository}:${
  (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly version: string }).version
}`;

const buildNeeded = async (say: (line: string) => void): Promise<void> => {
  const version = await go(['version']);
  mkdirSync(toolsFolder, { recursive: true });
  for (const tool of tools.filter(({ name }) => needed.includes(name))) {
    const done = await buildTool(tool, version);
    if (done !== 'up to date') say(`${tool.name} ${done}`);
  }
};

/** Whether every part of it runs. */
export const isUp = (): boolean => [...parts.all, parts.kubelet].every(({ name }) => pidOf(name) !== undefined);

/**
 * Brings the cluster up, or the parts of it that do not run; nothing happens where all do.
 * @throws an Error that names the part which failed and shows its last lines
 */
export const up = async (say: (line: string) => void = () => {}): Promise<void> => {
  const reasons = whyNot();
  if (reasons.length > 0) throw new Error(`The lab cannot run here.\n${reasons.join('\n')}`);
  const wasUp = isUp();
  await buildNeeded(say);
  const start = async (daemon: Daemon): Promise<void> => {
    if (pidOf(daemon.name) !== undefined) return;
    await ensure(daemon);
    say(`${daemon.name} is ready`);
  };

  if (!wasUp) {
    mkdirSync(stateFolder, { recursive: true });
    noteFootprint();
    await makeNetwork();
    writeSettings();
    await Promise.all([start(parts.etcd), start(parts.containerd)]);
    await start(parts.apiServer);
  }
  const imported = await importImages(sidecarImage);
  if (imported.length > 0) say(`imported ${imported.join(', ')}`);
  if (!wasUp) {
    await Promise.all(
      [
        parts.controllerManager,
        parts.scheduler,
        parts.kubelet,
        parts.kubeProxy,
        parts.coreDns,
        parts.rabbitForward,
        parts.redisForward,
      ].map(start),
    );
  }
  await installDapr();
  weighPods();
  say(`the lab is up: export KUBECONFIG=${places.kubeconfig}, kubectl is ${join(toolsFolder, 'kubectl')}`);
  say(`pods reach this machine, its RabbitMQ and its Redis at ${net.node}`);
};
