import { type Diagnostic, problem } from '../diagnostic.ts';
import { formatPath, type Path } from '../manifest/model/path.ts';
import { isMapValue, isSeqValue, type MapValue, NumberValue, type Value } from '../manifest/model/value.ts';
import { findWorkloadKind, usualParts, type WorkloadKind, workloadKinds } from '../manifest/object/workload.ts';
import { nearest } from '../nearest.ts';
import { type SettingsSource, spelledIn } from './settings-map.ts';

/** What `workloads` of a settings file names: further kinds with a pod template. */
export interface ReadKinds {
  readonly kinds: readonly WorkloadKind[];
  readonly problems: readonly Diagnostic[];
}

/** The keys of one item. The last three are paths of keys with dots between; an empty one is the place itself. */
const keys = {
  group: { pattern: /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?)?$/, rule: 'must be an API group', example: 'example.com' },
  kind: { pattern: /^[A-Za-z]([-A-Za-z0-9]*[A-Za-z0-9])?$/, rule: 'must be a kind', example: 'Worker' },
  path: { pattern: /^([\w-]+(\.[\w-]+)*)?$/, rule: 'must be keys with dots between', example: 'spec.template' },
  metadata: { pattern: /^([\w-]+(\.[\w-]+)*)?$/, rule: 'must be keys with dots between', example: 'podMetadata' },
  spec: { pattern: /^([\w-]+(\.[\w-]+)*)?$/, rule: 'must be keys with dots between', example: 'podSpec' },
} as const;
type Key = keyof typeof keys;
const keyNames = Object.keys(keys) as readonly Key[];
const needed: readonly Key[] = ['kind', 'path'];

export const readWorkloadKinds = (value: Value | undefined, source: SettingsSource): ReadKinds => {
  if (value === undefined) return { kinds: [], problems: [] };
  if (!isSeqValue(value)) return { kinds: [], problems: [malformed(['workloads'], 'workloads is no list', source)] };
  const kinds: WorkloadKind[] = [];
  const problems: Diagnostic[] = [];
  for (const [index, item] of value.entries()) {
    const path = ['workloads', index];
    const where = formatPath(path);
    const wrong = isMapValue(item) ? checkItem(item, path, source) : [malformed(path, `${where} is no map`, source)];
    problems.push(...wrong);
    if (!isMapValue(item) || wrong.length > 0) continue;
    const kind = kindOf(item);
    const known = findWorkloadKind([...workloadKinds, ...kinds], kind);
    if (known === undefined) kinds.push(kind);
    else if (JSON.stringify(known) !== JSON.stringify(kind)) {
      const reason = `${where} names another place for ${nameOf(kind)}, and a kind has only one`;
      problems.push(malformed(path, reason, source));
    }
  }
  return { kinds, problems };
};

/** Returns whether an item can have a text under a key. */
export const canSay = (key: Key, text: string): boolean => keys[key].pattern.test(text);

const nameOf = ({ group, kind }: WorkloadKind): string => (group === '' ? kind : `${kind}.${group}`);

const checkItem = (item: MapValue, path: Path, source: SettingsSource): readonly Diagnostic[] => [
  ...Object.keys(item)
    .filter((key) => !keyNames.some((name) => name === key))
    .map((key) => ({
      problem: problem('unknown-setting', {
        spelling: spelledIn(source.where, [...path, key]),
        nearest: nearest(key, keyNames),
      }),
      place: source.placeOf([...path, key]),
    })),
  ...needed
    .filter((key) => item[key] === undefined)
    .map((key) => malformed(path, `${formatPath(path)} has no ${key}`, source)),
  ...keyNames.flatMap((key) => {
    const found = item[key];
    const { pattern, rule, example } = keys[key];
    if (found === undefined || (typeof found === 'string' && pattern.test(found))) return [];
    const spelling = spelledIn(source.where, [...path, key]);
    const wrong = problem('invalid-setting', { spelling, text: textOf(found), rule, example });
    return [{ problem: wrong, place: source.placeOf([...path, key]) }];
  }),
];

const malformed = (path: Path, reason: string, { where, placeOf }: SettingsSource): Diagnostic => {
  const instead = 'workloads: [{group: example.com, kind: Worker, path: spec.template}]';
  return { problem: problem('malformed-config', { path: where, reason, instead }), place: placeOf(path) };
};

const textOf = (value: Value): string => {
  if (typeof value === 'string') return value;
  if (value instanceof NumberValue) return value.source;
  return isMapValue(value) ? 'a map' : isSeqValue(value) ? 'a list' : String(value);
};

const kindOf = (item: MapValue): WorkloadKind => {
  const text = (key: Key): string | undefined => {
    const found = item[key];
    return typeof found === 'string' ? found : undefined;
  };
  const steps = (found: string | undefined): readonly string[] | undefined =>
    found === undefined ? undefined : found.split('.').filter((step) => step !== '');
  return {
    group: text('group') ?? '',
    kind: text('kind') ?? '',
    path: steps(text('path')) ?? [],
    metadata: steps(text('metadata')) ?? usualParts.metadata,
    spec: steps(text('spec')) ?? usualParts.spec,
  };
};
