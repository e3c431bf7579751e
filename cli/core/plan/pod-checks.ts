import { appChannelPort, containerName, controlPort } from '../../../proxy/contract/names.ts';
import { type Problem, problem } from '../diagnostic.ts';
import type { MapValue, Value } from '../manifest/model/value.ts';
import { isSeqValue, NumberValue } from '../manifest/model/value.ts';
import { containerPorts, itemsOf, mapOf, nameOf, textOf } from '../manifest/object/pod.ts';
import { describe } from './annotations.ts';

/**
 * What in a pod spec keeps daps from working there. Kinds that run to completion want another restart policy. Where no
 * sidecar is added, its name and ports are free.
 */
export const checkPod = (spec: MapValue, kind: string, hasSidecar: boolean): readonly Problem[] => [
  ...checkNames(spec).filter(({ code }) => hasSidecar || code !== 'container-name-taken'),
  ...checkDuplicates(spec),
  ...(hasSidecar ? checkPorts(spec) : []),
  ...checkProcessNamespace(spec),
  ...checkRestartPolicy(spec, kind),
  ...checkGraceType(spec),
];

/** The pods of a node share the sidecar's ports: a DaemonSet has one a node, any other kind may have two. */
export const checkHostNetwork = (spec: MapValue, kind: string): readonly Problem[] => {
  if (spec['hostNetwork'] !== true) return [];
  const code = kind === 'DaemonSet' ? 'host-network-ports' : 'host-network';
  return [problem(code, {}, ['spec', 'hostNetwork'])];
};

const checkGraceType = (spec: MapValue): readonly Problem[] => {
  const value = spec['terminationGracePeriodSeconds'] ?? null;
  const isWhole = value instanceof NumberValue && Number.isInteger(Number(value.number));
  return value === null || isWhole
    ? []
    : [problem('invalid-grace-period', { found: describe(value) }, ['spec', 'terminationGracePeriodSeconds'])];
};

const containerLists = ['initContainers', 'containers'] as const;

const checkNames = (spec: MapValue): readonly Problem[] =>
  containerLists.flatMap((list) =>
    itemsOf(spec[list]).flatMap((container) => {
      const name = nameOf(container);
      const path = ['spec', list, { name }];
      if (name === containerName) return [problem('container-name-taken', { name }, path)];
      return name === 'daprd' ? [problem('daprd-present', {}, path)] : [];
    }),
  );

const checkDuplicates = (spec: MapValue): readonly Problem[] => {
  const containers = containerLists.flatMap((list) =>
    itemsOf(spec[list]).map((container) => ({ list, name: nameOf(container) })),
  );
  return containers
    .filter(({ name }, index) => name !== '' && containers.findIndex((other) => other.name === name) < index)
    .map(({ list, name }) => problem('duplicate-container', { name }, ['spec', list, { name }]));
};

const checkPorts = (spec: MapValue): readonly Problem[] =>
  containerLists.flatMap((list) =>
    itemsOf(spec[list]).flatMap((container) =>
      containerPorts(container)
        .filter((port) => port === appChannelPort || port === controlPort)
        .map((port) =>
          problem('port-taken', { port, container: nameOf(container) }, [
            'spec',
            list,
            { name: nameOf(container) },
            'ports',
          ]),
        ),
    ),
  );

/** A `kill` of 1 among the commands of a script, or a look at its process. */
const countsOnProcessOne = (script: string): boolean =>
  script.includes('/proc/1/') ||
  script.split(/[|;&]/).some((command) => {
    const at = command.search(/\bkill\b/);
    return at >= 0 && /\s1(?!\d)/.test(command.slice(at));
  });

const checkProcessNamespace = (spec: MapValue): readonly Problem[] => {
  if (spec['shareProcessNamespace'] !== true) return [];
  return containerLists.flatMap((list) =>
    itemsOf(spec[list]).flatMap((container) => {
      const command = commandsOf(container).find(countsOnProcessOne);
      const path = ['spec', 'shareProcessNamespace'];
      return command === undefined
        ? []
        : [problem('shared-process-namespace', { container: nameOf(container), command }, path)];
    }),
  );
};

const commandsOf = (container: MapValue): readonly string[] => {
  const lifecycle = mapOf(container['lifecycle']);
  const handlers = [
    container['livenessProbe'],
    container['readinessProbe'],
    container['startupProbe'],
    lifecycle['preStop'],
    lifecycle['postStart'],
  ];
  const execs = handlers.map((handler) => mapOf(mapOf(handler)['exec'])['command']);
  return [
    [...argv(container['command']), ...argv(container['args'])].join(' '),
    ...execs.map((command) => argv(command).join(' ')),
  ];
};

const argv = (value: Value | undefined): readonly string[] =>
  isSeqValue(value) ? value.flatMap((item) => textOf(item) ?? []) : [];

const checkRestartPolicy = (spec: MapValue, kind: string): readonly Problem[] => {
  const policy = spec['restartPolicy'];
  if (policy === undefined || policy === null || policy === '') return [];
  const allowed = allowedPolicies(kind);
  const text =
    textOf(policy) ??
    JSON.stringify(policy, (_, item: unknown) => (item instanceof NumberValue ? Number(item.number) : item));
  return allowed.includes(text)
    ? []
    : [problem('invalid-restart-policy', { text, allowed }, ['spec', 'restartPolicy'])];
};

const keepsRunning = new Set([
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ReplicaSet',
  'ReplicationController',
  'DeploymentConfig',
  'Rollout',
  'CloneSet',
]);

/** kubernetes pkg/apis/{apps,batch}/validation: Always for everything that keeps running, never for a Job. */
const allowedPolicies = (kind: string): readonly string[] => {
  if (['Job', 'CronJob', 'ScaledJob'].includes(kind)) return ['OnFailure', 'Never'];
  return keepsRunning.has(kind) ? ['Always'] : ['Always', 'OnFailure', 'Never'];
};
