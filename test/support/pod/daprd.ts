import { join } from 'node:path';
import { appChannelPort, containerName } from '../../../proxy/contract/names.ts';
import { toolsFolder } from '../../tools/places.ts';
import type { ToolName } from '../../tools/registry.ts';
import type { LocalProgram } from './container.ts';
import type { PodPorts } from './network.ts';
import type { Container, PodTemplate } from './template.ts';

/**
 * How daprd comes into the pod, beside daps or without it: "inline" is a native sidecar after the user's own and before daps, "injector" the last
 * one (what Dapr's webhook does with `dapr.io/enable-native-sidecar`), "regular" the last container (what it does
 * without), "none" is a pod that has nothing to do with Dapr.
 */
export type DaprdPlacement = 'inline' | 'injector' | 'regular' | 'none';

const name = 'daprd';

/** The template after Dapr's webhook, or after daps where it puts daprd in by itself. */
export const withDaprd = (template: PodTemplate, placement: DaprdPlacement): PodTemplate => {
  const { initContainers = [], containers } = template.spec;
  const isThere = [...initContainers, ...containers].some((container) => container.name === name);
  if (placement === 'none' || isThere) return template;
  const native: Container = { name, restartPolicy: 'Always', ports: [{ containerPort: 3501 }] };
  const isDaps = (container: Container): boolean => container.name === containerName;
  const users = initContainers.filter((container) => !isDaps(container));
  const spec = {
    inline: { initContainers: [...users, native, ...initContainers.filter(isDaps)] },
    injector: { initContainers: [...initContainers, native] },
    regular: { containers: [...containers, { name }] },
  }[placement];
  return { ...template, spec: { ...template.spec, ...spec } };
};

// Annotations that a test may set and their flags, in the order of Dapr's injector (sidecar_container.go).
const flags: readonly (readonly [string, string])[] = [
  ['dapr.io/app-protocol', '--app-protocol'],
  ['dapr.io/log-level', '--log-level'],
  ['dapr.io/graceful-shutdown-seconds', '--dapr-graceful-shutdown-seconds'],
  ['dapr.io/app-max-concurrency', '--app-max-concurrency'],
  ['dapr.io/placement-host-address', '--placement-host-address'],
  ['dapr.io/block-shutdown-duration', '--dapr-block-shutdown-duration'],
];
const healthFlags: readonly (readonly [string, string, string])[] = [
  ['dapr.io/app-health-check-path', '--app-health-check-path', '/healthz'],
  ['dapr.io/app-health-probe-interval', '--app-health-probe-interval', '5'],
  ['dapr.io/app-health-probe-timeout', '--app-health-probe-timeout', '500'],
  ['dapr.io/app-health-threshold', '--app-health-threshold', '3'],
];

/** The daprd of a pod on this machine: flags from the annotations, ports as they are here, and resources from files. */
export const daprdProgram = (
  template: PodTemplate,
  ports: PodPorts,
  files: readonly string[],
  tool: ToolName,
): LocalProgram => {
  const annotations = template.metadata?.annotations ?? {};
  const appPort = annotations['dapr.io/app-port'];
  const health = annotations['dapr.io/enable-app-health-check'] === 'true';
  const args = [
    ['--app-id', annotations['dapr.io/app-id'] ?? 'app'],
    ['--dapr-http-port', ports.daprdHttp],
    ['--dapr-grpc-port', ports.daprdGrpc],
    ['--dapr-internal-grpc-port', ports.daprdInternal],
    ['--dapr-listen-addresses', '127.0.0.1'],
    ['--dapr-public-port', ports.daprdPublic],
    ['--metrics-port', ports.metrics],
    ...(appPort === undefined
      ? []
      : [['--app-port', Number(appPort) === appChannelPort ? ports.channel : ports.app] as const]),
    ...flags.flatMap(([annotation, flag]) => {
      const value = annotations[annotation];
      return value === undefined ? [] : [[flag, value] as const];
    }),
    ...(health
      ? healthFlags.map(([annotation, flag, usual]) => [flag, annotations[annotation] ?? usual] as const)
      : []),
  ];
  return {
    command: join(toolsFolder, tool),
    args: [...files, ...args.flat().map(String), ...(health ? ['--enable-app-health-check'] : [])],
  };
};
