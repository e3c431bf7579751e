import { join } from 'node:path';
import { execa } from 'execa';
import { parseAllDocuments } from 'yaml';
import type { ControlPlane } from '../../../cli/core/capture/control-plane.ts';
import { go } from '../../tools/go.ts';
import { modulesFolder } from '../../tools/places.ts';
import { at, type JsonMap } from '../cli/kube-objects.ts';
import { toolPath } from '../tools.ts';
import type { OracleRequest } from './oracle.ts';

const folders = new Map<string, string>();

/** Where Go keeps the source of the Dapr that a tool is built from. */
const daprFolder = async (module: string): Promise<string> => {
  const known = folders.get(module);
  if (known !== undefined) return known;
  const output = await go(['list', '-m', '-f', '{{.Dir}}', 'github.com/dapr/dapr'], join(modulesFolder, module));
  folders.set(module, output.trim());
  return output.trim();
};

/** The objects of Dapr's own chart, with values as `--set` takes them. */
export const renderDaprChart = async (
  module: 'injector' | 'injector-1.16',
  version: string,
  values: Readonly<Record<string, string>> = {},
  namespace = 'dapr-system',
): Promise<readonly JsonMap[]> => {
  const chart = join(await daprFolder(module), 'charts/dapr');
  const sets = Object.entries({ 'global.tag': version, ...values }).flatMap(([name, value]) => [
    name.endsWith('Tolerations') ? '--set-literal' : '--set',
    `${name}=${value}`,
  ]);
  const { stdout } = await execa(toolPath('helm3') ?? 'helm3', ['template', 'dapr', chart, '-n', namespace, ...sets]);
  return parseAllDocuments(stdout, { logLevel: 'silent' }).flatMap((document) => {
    const object = document.toJS() as JsonMap | null;
    return object === null ? [] : [object];
  });
};

/** What a rendered control plane tells its injector: as the oracle is asked, and as `daps capture` finds it. */
export const injectorEnvironment = (
  objects: readonly JsonMap[],
  namespace: string,
): { readonly request: Partial<OracleRequest>; readonly controlPlane: Omit<ControlPlane, 'trustBundle'> } => {
  const named = (kind: string, name: string): JsonMap | undefined =>
    objects.find((object) => object['kind'] === kind && at(object, 'metadata', 'name') === name);
  const injector = named('Deployment', 'dapr-sidecar-injector');
  const configuration = named('Configuration', 'daprsystem');
  const scheduler = named('StatefulSet', 'dapr-scheduler-server');
  const [container] = (at(injector, 'spec', 'template', 'spec', 'containers') ?? []) as readonly JsonMap[];
  const variables = (container?.['env'] ?? []) as readonly JsonMap[];
  const environment = Object.fromEntries(
    variables.flatMap(({ name, value }) => (typeof value === 'string' ? [[String(name), value]] : [])),
  );
  const replicas = scheduler === undefined ? 0 : Number(at(scheduler, 'spec', 'replicas') ?? 1);
  const isOff = ((container?.['args'] ?? []) as readonly string[]).includes('--scheduler-enabled=false');
  return {
    request: {
      environment: { ...environment, NAMESPACE: namespace },
      mtls: at(configuration, 'spec', 'mtls', 'enabled') !== false,
      schedulerReplicas: isOff ? 0 : replicas,
    },
    controlPlane: {
      namespace,
      deployments: injector === undefined ? [] : [injector],
      configuration,
      scheduler,
      kubeVersion: 'v1.34.4',
    },
  };
};
