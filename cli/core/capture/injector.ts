import { parseTolerations } from '../dapr/toleration.ts';
import { isTruthy } from '../dapr/truthy.ts';
import type { RunSettingName } from '../settings/run-settings.ts';
import { jsonAt, jsonList, jsonMap, jsonText } from './json.ts';

/** One setting as the cluster has it, and where that was read. */
export interface Fact {
  readonly name: RunSettingName;
  readonly text: string;
  readonly origin: string;
}

/** What the container of Dapr's injector is started with. */
export interface InjectorContainer {
  readonly variables: ReadonlyMap<string, string>;
  readonly args: readonly string[];
}

/** Reads it from the Deployment; undefined where that is not an injector's. */
export const injectorContainer = (deployment: unknown): InjectorContainer | undefined => {
  const containers = jsonList(jsonAt(deployment, 'spec', 'template', 'spec', 'containers'));
  const found = containers.find((container) => jsonMap(container)['name'] === 'dapr-sidecar-injector');
  if (found === undefined) return undefined;
  const { env, args } = jsonMap(found);
  const variables = jsonList(env).flatMap((item) => {
    const { name, value } = jsonMap(item);
    return typeof name === 'string' && typeof value === 'string' ? [[name, value] as const] : [];
  });
  return { variables: new Map(variables), args: jsonList(args).flatMap((arg) => jsonText(arg) ?? []) };
};

type Reading = readonly [RunSettingName, string, (text: string, injector: InjectorContainer) => string | undefined];

const flag = (text: string): string => String(isTruthy(text));
/** What is empty is on (service/config.go `isTruthyDefaultTrue`). */
const flagOn = (text: string): string => (text === '' ? 'true' : flag(text));
const same = (text: string): string | undefined => (text === '' ? undefined : text);
const policy = (text: string): string => (['Always', 'Never'].includes(text) ? text : 'IfNotPresent');
const service =
  (variable: string) =>
  (name: string, { variables }: InjectorContainer): string | undefined =>
    name === '' ? undefined : `${name}:${variables.get(variable) ?? ''}`;

/** Which variable is which setting, read as the injector reads it (dapr/dapr v1.18.1 pkg/injector/service/config.go). */
const readings: readonly Reading[] = [
  ['cluster-domain', 'KUBE_CLUSTER_DOMAIN', same],
  ['trust-domain', 'DAPR_CONTROL_PLANE_TRUST_DOMAIN', same],
  ['actors', 'ACTORS_ENABLED', flagOn],
  ['actors-service', 'ACTORS_SERVICE_NAME', service('ACTORS_SERVICE_ADDRESS')],
  ['reminders-service', 'REMINDERS_SERVICE_NAME', service('REMINDERS_SERVICE_ADDRESS')],
  ['skip-reminder-migration', 'DAPR_SKIP_REMINDER_MIGRATION', flag],
  ['daprd-image', 'SIDECAR_IMAGE', same],
  ['daprd-image-pull-policy', 'SIDECAR_IMAGE_PULL_POLICY', policy],
  ['daprd-run-as-non-root', 'SIDECAR_RUN_AS_NON_ROOT', flagOn],
  ['daprd-run-as-user', 'SIDECAR_RUN_AS_USER', same],
  ['daprd-run-as-group', 'SIDECAR_RUN_AS_GROUP', same],
  ['daprd-read-only-root', 'SIDECAR_READ_ONLY_ROOT_FILESYSTEM', flagOn],
  ['daprd-drop-all-capabilities', 'SIDECAR_DROP_ALL_CAPABILITIES', flag],
  ['daprd-host-ip', 'ENABLE_K8S_DOWNWARD_APIS', flag],
  ['entrypoint-tolerations', 'IGNORE_ENTRYPOINT_TOLERATIONS', (text) => (parseTolerations(text) ? text : undefined)],
  ['component-sockets-folder', 'DAPR_COMPONENT_SOCKETS_FOLDER', same],
];

/** The facts an injector is told by its own environment and arguments. */
export const injectorFacts = (injector: InjectorContainer): readonly Fact[] => {
  const fromVariables = readings.flatMap(([name, variable, read]): readonly Fact[] => {
    const text = injector.variables.get(variable);
    const value = text === undefined ? undefined : read(text, injector);
    return value === undefined ? [] : [{ name, text: value, origin: `the injector's variable ${variable}` }];
  });
  const prefix = '--scheduler-enabled=';
  const argument = injector.args.find((arg) => arg.startsWith(prefix));
  return argument === undefined
    ? fromVariables
    : [
        ...fromVariables,
        {
          name: 'scheduler',
          text: flag(argument.slice(prefix.length)),
          origin: "the injector's argument --scheduler-enabled",
        },
      ];
};
