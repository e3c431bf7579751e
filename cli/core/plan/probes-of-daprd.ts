import { type Problem, problem } from '../diagnostic.ts';
import type { Path } from '../manifest/model/path.ts';
import { isSeqValue, type MapValue } from '../manifest/model/value.ts';
import { itemsOf, mapOf, nameOf, resolvePort, textOf } from '../manifest/object/pod.ts';

const probeNames = ['readinessProbe', 'livenessProbe', 'startupProbe'] as const;

/** Healthy only when the app's port has taken daprd's connection; `/outbound` is healthy before that. */
const waitsForApp = /\/v1\.0\/healthz(?!\/outbound)/;

/** The port of a probe that goes to daprd and not to its own container; undefined for any other. */
const daprdPortOf = (probe: MapValue, container: MapValue, daprdPorts: readonly number[]): number | undefined => {
  const action = ['httpGet', 'tcpSocket', 'grpc'].find((kind) => (probe[kind] ?? null) !== null);
  if (action === undefined) return undefined;
  const port = resolvePort(container, mapOf(probe[action])['port']);
  return typeof port === 'number' && daprdPorts.includes(port) ? port : undefined;
};

/** Whether a container's readinessProbe asks daprd, which says nothing of the app. */
export const isReadinessOfDaprd = (container: MapValue, daprdPorts: readonly number[]): boolean =>
  daprdPortOf(mapOf(container['readinessProbe']), container, daprdPorts) !== undefined;

/** What a probe asks for, as one text: the path of a GET, or a command. */
const askedOf = (probe: MapValue): string => {
  const command = mapOf(probe['exec'])['command'];
  const words = isSeqValue(command) ? command.flatMap((word) => textOf(word) ?? []) : [];
  return [textOf(mapOf(probe['httpGet'])['path']) ?? '', ...words].join(' ');
};

/** What there is to say of probes that ask daprd. `app` is the container whose readinessProbe would open the gate. */
export const checkProbesOfDaprd = (
  spec: MapValue,
  app: MapValue | undefined,
  daprdPorts: readonly number[],
): readonly Problem[] =>
  itemsOf(spec['containers']).flatMap((container) =>
    probeNames.flatMap((name) => {
      const probe = mapOf(container[name]);
      const path: Path = ['spec', 'containers', { name: nameOf(container) }, name];
      const args = { probe: name, container: nameOf(container) };
      if (name === 'readinessProbe')
        return container === app && isReadinessOfDaprd(container, daprdPorts)
          ? [problem('readiness-of-daprd', { container: nameOf(container) }, path)]
          : [];
      return waitsForApp.test(askedOf(probe)) ? [problem('probe-waits-for-gate', args, path)] : [];
    }),
  );
