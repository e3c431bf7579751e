import { join } from 'node:path';
import { execa } from 'execa';
import { type MapValue, NumberValue, type Value } from '../../../cli/core/manifest/model/value.ts';
import { toolsFolder } from '../../tools/places.ts';
import type { ToolName } from '../../tools/registry.ts';
import type { Json, JsonMap } from '../cli/kube-objects.ts';

/** What Dapr's own injector is asked: a pod, and what the control plane around it is like. */
export interface OracleRequest {
  readonly namespace: string;
  readonly pod: JsonMap;
  readonly environment?: Readonly<Record<string, string>>;
  readonly mtls?: boolean;
  readonly schedulerReplicas?: number;
  readonly trustAnchors?: string;
  readonly components?: readonly JsonMap[];
}
export type OracleAnswer = { readonly pod: JsonMap } | { readonly error: string };

/** Sends many pods through one process. */
export const askInjector = async (
  tool: Extract<ToolName, 'injector' | 'injector-1.16'>,
  requests: readonly OracleRequest[],
): Promise<readonly OracleAnswer[]> => {
  const input = requests.map((request) => `${JSON.stringify(request)}\n`).join('');
  const { stdout } = await execa(join(toolsFolder, tool), { input, maxBuffer: 2 ** 30 });
  return stdout.split('\n').map((line) => JSON.parse(line) as OracleAnswer);
};

/** What is compared of a pod, field by field. */
export interface Comparable {
  readonly daprd: Json;
  readonly components: readonly Json[];
  readonly volumes: readonly Json[];
  readonly labels: JsonMap;
  readonly containers: readonly Json[];
}

const listOf = (value: Json | undefined): readonly JsonMap[] => (Array.isArray(value) ? (value as JsonMap[]) : []);
const mapOf = (value: Json | undefined): JsonMap =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonMap) : {};
const byName = (items: readonly JsonMap[]): readonly JsonMap[] =>
  [...items].sort((a, b) => (String(a['name']) < String(b['name']) ? -1 : 1));

/**
 * A pod without what cli/README.md lists as different: where the containers stand, `restartPolicy`, the startupProbe,
 * the namespace's source, how quantities are written, and the order of lists that a pod had already.
 */
export const comparable = (pod: JsonMap, original: JsonMap): Comparable => {
  const spec = mapOf(pod['spec']);
  const own = listOf(mapOf(original['spec'])['containers']).map(({ name }) => name);
  const init = listOf(mapOf(original['spec'])['initContainers']).map(({ name }) => name);
  const all = [
    ...listOf(spec['initContainers']).filter(({ name }) => !init.includes(name ?? '')),
    ...listOf(spec['containers']),
  ].filter(({ name }) => name !== 'daps');
  const isOwn = ({ name }: JsonMap): boolean => own.includes(name ?? '');
  const daprd = all.find(({ name }) => name === 'daprd');
  return {
    daprd: daprd === undefined ? null : plainDaprd(daprd),
    components: byName(all.filter((one) => one !== daprd && !isOwn(one)).map(withoutEmpty)),
    volumes: byName(listOf(spec['volumes'])),
    labels: Object.fromEntries(
      Object.entries(mapOf(mapOf(pod['metadata'])['labels'])).filter(([label]) => label.startsWith('dapr.io/')),
    ),
    containers: all.filter(isOwn).map(({ lifecycle: _, ...container }) => ({
      ...container,
      env: byName(listOf(container['env'])),
      volumeMounts: byName(listOf(container['volumeMounts'])),
    })),
  };
};

/** Go writes the empty `resources` of a container it has taken apart. */
const withoutEmpty = ({ restartPolicy: _, resources, ...rest }: JsonMap): JsonMap =>
  Object.keys(mapOf(resources)).length === 0 ? rest : { ...rest, resources: resources ?? {} };

const plainDaprd = ({ restartPolicy: _, startupProbe: __, env, resources, ...rest }: JsonMap): JsonMap => ({
  ...rest,
  env: listOf(env).map((one) => (one['name'] === 'NAMESPACE' ? { name: 'NAMESPACE' } : one)),
  ...(Object.keys(mapOf(resources)).length === 0
    ? {}
    : {
        resources: Object.fromEntries(
          Object.entries(mapOf(resources)).map(([kind, quantities]) => [
            kind,
            Object.fromEntries(
              Object.entries(mapOf(quantities)).map(([name, text]) => [name, quantityOf(String(text))]),
            ),
          ]),
        ),
      }),
});

const exponents: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const binary = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

/** A quantity in billionths, as which the API server keeps it at the finest: it rounds up. */
const quantityOf = (text: string): string => {
  const [, sign = '', whole = '', fraction = '', suffix = ''] = /^([-+]?)(\d*)\.?(\d*)(.*)$/.exec(text) ?? [];
  const factor = binary.includes(suffix) ? 1024n ** BigInt(binary.indexOf(suffix) + 1) : 1n;
  const exponent = 9 - fraction.length + (exponents[suffix] ?? (/^[eE]/.test(suffix) ? Number(suffix.slice(1)) : 0));
  const digits = BigInt(`${whole}${fraction}` || '0') * factor;
  const scale = 10n ** BigInt(Math.abs(exponent));
  const billionths = exponent >= 0 ? digits * scale : (digits + scale - 1n) / scale;
  return `${sign === '-' && billionths > 0n ? '-' : ''}${billionths}n`;
};

/** A core value as JSON. */
export const plain = (value: Value): Json =>
  JSON.parse(JSON.stringify(value, (_, item: unknown) => (item instanceof NumberValue ? Number(item.number) : item)));

/** JSON as a core value. */
export const coreValue = (json: Json): Value => {
  if (typeof json === 'number') return new NumberValue(String(json), json);
  if (Array.isArray(json)) return json.map(coreValue);
  if (typeof json !== 'object' || json === null) return json as null | boolean | string;
  return Object.fromEntries(Object.entries(json).map(([key, item]) => [key, coreValue(item)])) as MapValue;
};
