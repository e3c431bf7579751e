import { join } from 'node:path';
import { execa } from 'execa';
import { go } from '../tools/go.ts';
import { modulesFolder, toolsFolder } from '../tools/places.ts';
import { daprVersion, imageNames, places } from './places.ts';

/** Where the Dapr release that the tools are built from keeps its chart: in its Go module. */
const chart = async (): Promise<string> => {
  const folder = await go(['list', '-m', '-f', '{{.Dir}}', 'github.com/dapr/dapr'], join(modulesFolder, 'daprd'));
  return join(folder.trim(), 'charts/dapr');
};

export const daprNamespace = 'dapr-system';

/** Installs Dapr's control plane as its users do, or brings it up to date. */
export const installDapr = async (): Promise<void> => {
  const helm = join(toolsFolder, 'helm4');
  const env = { KUBECONFIG: places.kubeconfig };
  const values = {
    'global.registry': imageNames.daprRegistry,
    'global.tag': daprVersion,
    'global.imagePullPolicy': 'Never',
    'dapr_sidecar_injector.sidecarImagePullPolicy': 'IfNotPresent',
    'dapr_scheduler.cluster.inMemoryStorage': 'true',
    // The operator's watchdog deletes pods that look as if they had no daprd.
    'dapr_operator.watchInterval': '10s',
  };
  const sets = Object.entries(values).flatMap(([name, value]) => ['--set', `${name}=${value}`]);
  const status = await execa(helm, ['status', 'dapr', '--namespace', daprNamespace, '--output', 'json'], {
    env,
    reject: false,
  });
  if (!status.failed && status.stdout.includes('"status":"deployed"')) return;
  await execa(
    helm,
    ['upgrade', '--install', 'dapr', await chart(), '--namespace', daprNamespace, '--create-namespace', ...sets].concat(
      ['--wait', '--timeout', '240s'],
    ),
    { env },
  );
};
