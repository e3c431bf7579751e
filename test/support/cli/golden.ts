import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTwoFilesPatch } from 'diff';
import type { Path } from '../../../cli/core/manifest/model/path.ts';
import { pathInObject, type WorkloadKind } from '../../../cli/core/manifest/object/workload.ts';
import { root } from '../sources.ts';

/** A folder of `fixtures/`: what goes in, with which settings, and what must come out. */
export interface Fixture {
  readonly name: string;
  readonly folder: string;
  readonly inputFile: string;
  readonly input: string;
  readonly flags: Readonly<Record<string, string>>;
  readonly config: string | undefined;
}

export const readFixtures = (below: string): readonly Fixture[] => {
  const top = join(root, 'fixtures', below);
  return readdirSync(top)
    .sort()
    .map((name) => readFixture(name, join(top, name)));
};

const readFixture = (name: string, folder: string): Fixture => {
  const inputFile = existsSync(join(folder, 'input.json')) ? 'input.json' : 'input.yaml';
  const optional = (file: string): string | undefined =>
    existsSync(join(folder, file)) ? readFileSync(join(folder, file), 'utf8') : undefined;
  const flags = JSON.parse(optional('settings.json') ?? '{}') as Record<string, string>;
  return {
    name,
    folder,
    inputFile,
    input: readFileSync(join(folder, inputFile), 'utf8'),
    flags,
    config: optional('.daps.yaml'),
  };
};

const isUpdate = process.env['UPDATE_FIXTURES'] === '1';
if (isUpdate && process.env['CI'])
  throw new Error('UPDATE_FIXTURES does not work where CI is set: fixtures are made and read by people');

/** The name of the file that holds what must come out. */
export const expectedFile = ({ inputFile }: Fixture): string => inputFile.replace('input', 'expected');

export const expectedText = (fixture: Fixture): string =>
  readFileSync(join(fixture.folder, expectedFile(fixture)), 'utf8');

/** A unified diff in which line ends that differ are seen. */
export const diffOf = (expected: string, actual: string): string => {
  const shown = (text: string): string => text.replaceAll('\r', '␍');
  return createTwoFilesPatch('expected', 'actual', shown(expected), shown(actual));
};

/** Compares a text with a file of the fixture; rewrites the file when UPDATE_FIXTURES=1. */
export const matchFile = (fixture: Fixture, file: string, actual: string): void => {
  const path = join(fixture.folder, file);
  if (isUpdate) writeFileSync(path, actual);
  const expected = existsSync(path) ? readFileSync(path, 'utf8') : '';
  if (expected === actual) return;
  throw new Error(
    `${fixture.name}/${file} differs.\n${diffOf(expected, actual)}\nIf this is what you meant: UPDATE_FIXTURES=1 npm test, then read the diff of fixtures/.`,
  );
};

type Json = Readonly<Record<string, unknown>>;

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const nameOf = (value: unknown): unknown => (isJson(value) ? value['name'] : undefined);

const steering = [
  'app-port',
  'app-protocol',
  'app-ssl',
  'app-channel-address',
  'enable-native-sidecar',
  'graceful-shutdown-seconds',
];
/** Where meshes are told which ports to leave alone. */
const exclusions = [
  'traffic.sidecar.istio.io/excludeInboundPorts',
  'config.linkerd.io/skip-inbound-ports',
  'traffic.kuma.io/exclude-inbound-ports',
  'consul.hashicorp.com/transparent-proxy-exclude-inbound-ports',
];
const isOurs = (annotation: string): boolean =>
  annotation === 'daps.io/status' ||
  exclusions.includes(annotation) ||
  steering.some((name) => annotation === `dapr.io/${name}`);

/**
 * Objects without all that daps may add or change: what is left must be the same before and after. `kinds` are those of
 * a `.daps.yaml`, whose templates have other names.
 */
export const withoutDaps = (value: unknown, kinds: readonly WorkloadKind[] = []): unknown => {
  if (Array.isArray(value)) return value.map((item) => withoutDaps(item, kinds));
  if (!isJson(value)) return value;
  const own = kinds.find(({ group, kind }) => value['kind'] === kind && value['apiVersion'] === `${group}/v1`);
  if (own !== undefined) {
    const [metadata, spec] = [pathInObject(own, ['metadata']), pathInObject(own, ['spec'])] as const;
    return changedAt(changedAt(value, metadata, metadataWithoutDaps), spec, specWithoutDaps);
  }
  return isDaprPod(value) ? podWithoutDaps(value) : mapValues(value, (item) => withoutDaps(item, kinds));
};

const changedAt = (map: unknown, [step, ...rest]: Path, change: (map: unknown) => Json): Json => {
  if (step === undefined) return change(map);
  const key = String(step);
  const old = isJson(map) ? map : {};
  return { ...old, [key]: changedAt(old[key], rest, change) };
};

/** How many daps containers there are, each the first init container of its pod, or right behind daprd. */
export const sidecarsIn = (value: unknown): number => {
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + sidecarsIn(item), 0);
  if (!isJson(value)) return 0;
  const names = listOf(value['initContainers']).map(nameOf);
  const here = names.slice(0, names.indexOf('daprd') + 2).includes('daps') ? 1 : 0;
  return Object.values(value).reduce((sum: number, item) => sum + sidecarsIn(item), here);
};

/** A pod template (or a Pod) that Dapr is to see. */
const isDaprPod = ({ metadata, spec }: Json): boolean =>
  isJson(metadata) &&
  isJson(metadata['annotations']) &&
  'dapr.io/enabled' in metadata['annotations'] &&
  isJson(spec) &&
  Array.isArray(spec['containers']);

const mapValues = (map: Json, change: (value: unknown) => unknown): Json =>
  Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value)]));

const without = (map: unknown, isGone: (key: string) => boolean): Json =>
  Object.fromEntries(Object.entries(isJson(map) ? map : {}).filter(([key]) => !isGone(key)));

const podWithoutDaps = (pod: Json): Json => ({
  ...pod,
  metadata: metadataWithoutDaps(pod['metadata']),
  spec: specWithoutDaps(pod['spec']),
});

const metadataWithoutDaps = (metadata: unknown): Json => {
  const own = isJson(metadata) ? metadata : {};
  return {
    ...own,
    labels: without(own['labels'], (label) => label === 'daps.io/injected' || daprLabels.includes(label)),
    annotations: without(own['annotations'], isOurs),
  };
};

const specWithoutDaps = (spec: unknown): Json => {
  const own = isJson(spec) ? spec : {};
  return {
    ...own,
    terminationGracePeriodSeconds: 'any',
    initContainers: listOf(own['initContainers']).filter((one) => !isSidecar(one)),
    containers: listOf(own['containers']).map(containerWithoutDaps),
    volumes: listOf(own['volumes']).filter((item) => !isDaprVolume(item)),
  };
};

const daprLabels = ['dapr.io/sidecar-injected', 'dapr.io/app-id', 'dapr.io/metrics-enabled'];
const daprVariables = ['APP_PROTOCOL', 'DAPR_HTTP_PORT', 'DAPR_GRPC_PORT', 'DAPR_COMPONENT_SOCKETS_FOLDER'];
const isDaprVolume = (item: unknown): boolean =>
  ['dapr-unix-domain-socket', 'dapr-identity-token', 'dapr-components-unix-domain-socket', 'data'].some(
    (name) => nameOf(item) === name,
  );

/** daps, daprd, and what its components bring. */
const isSidecar = (container: unknown): boolean =>
  ['daps', 'daprd'].includes(String(nameOf(container))) ||
  (isJson(container) && listOf(container['env']).some((item) => nameOf(item) === 'DAPR_COMPONENT_SOCKETS_FOLDER'));

/** An exec hook is never daps' business. */
const containerWithoutDaps = (container: unknown): unknown => {
  if (!isJson(container)) return container;
  const lifecycle = isJson(container['lifecycle']) ? container['lifecycle'] : {};
  const { preStop } = lifecycle;
  const stays = isJson(preStop) && 'exec' in preStop;
  const env = listOf(container['env']).filter((item) => !daprVariables.some((name) => nameOf(item) === name));
  const volumeMounts = listOf(container['volumeMounts']).filter((item) => !isDaprVolume(item));
  return { ...container, env, volumeMounts, lifecycle: without(lifecycle, (hook) => hook === 'preStop' && !stays) };
};
