import coerce from 'semver/functions/coerce.js';
import lt from 'semver/functions/lt.js';
import type { Diagnostic, Problem } from '../diagnostic.ts';
import { problem } from '../diagnostic.ts';
import { parseNode } from '../manifest/parse.ts';
import { isMapValue, isSeqValue, NumberValue, toValue, type Value } from '../manifest/value.ts';
import { type WorkloadKind, workloadKinds } from '../manifest/workload.ts';
import { nearest } from '../nearest.ts';
import { fail, ok, type Result } from '../result.ts';
import { type Chosen, checkChosen, type Layer } from './resolve.ts';
import { findSetting, keyOf, type SettingName, settingNames, variableOf } from './setting.ts';

/** Settings of a whole run, which no workload can have: flag, environment variable and key, but no annotation. */
export const runSettings = [
  {
    name: 'namespace',
    rule: 'must be a namespace name',
    example: 'shop',
    pattern: /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/,
    summary: 'the namespace of objects that name none; app-ids must differ within it',
  },
  {
    name: 'kube-version',
    rule: 'must be a version',
    example: '1.31',
    pattern: /^v?\d+(\.\d+){0,2}([-+].*)?$/,
    summary: 'the Kubernetes version to inject for; below 1.29 is an error',
  },
  {
    name: 'dapr-version',
    rule: 'must be a version',
    example: '1.18.1',
    pattern: /^v?\d+(\.\d+){0,2}([-+].*)?$/,
    summary: 'the Dapr version of the cluster; below 1.18 is an error',
  },
] as const;
export type RunSettingName = (typeof runSettings)[number]['name'];

export interface RunSettings {
  readonly base: Layer;
  readonly kinds: readonly WorkloadKind[];
  readonly namespace: string | undefined;
}

/** Where settings come from, the strongest first. Keys are setting names for flags, spellings for the others. */
export interface SettingSources {
  readonly flags: ReadonlyMap<string, string>;
  readonly functionConfig: { readonly name: string; readonly value: Value } | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly file: { readonly path: string; readonly text: string } | undefined;
}

/** Variables that are no settings but are read elsewhere. */
const otherVariables = ['DAPS_LOG_FILE', 'DAPS_CONFIG', 'DAPS_REPORT'];
/** What Kubernetes sets in pods of a namespace with a Service called daps, and the sidecar's own. */
const foreignVariable = /^DAPS_(.*_)?(SERVICE_(HOST|PORT.*)|PORT(_.*)?)$/;

/** All sources on top of each other, every problem of every source found. */
export const resolveRunSettings = (sources: SettingSources): Result<RunSettings, readonly Diagnostic[]> => {
  const file = readFile(sources.file);
  const layers = [
    texts(sources.flags, (name) => `--${name}`),
    sources.functionConfig === undefined ? none : readMap(sources.functionConfig.value, sources.functionConfig.name),
    readEnvironment(sources.environment),
    file.layer,
  ];
  const chosen = new Map<string, Chosen>();
  for (const layer of [...layers].reverse()) for (const [name, value] of layer.chosen) chosen.set(name, value);
  const problems = [...file.problems, ...layers.flatMap((layer) => layer.problems), ...checkRun(chosen)];
  if (problems.length > 0)
    return fail(problems.map((found) => ({ problem: found, place: { input: '', line: 0, column: 0 } })));
  const base = new Map(
    [...chosen].filter((entry): entry is [SettingName, Chosen] => settingNames.some((name) => name === entry[0])),
  );
  return ok({ base, kinds: [...workloadKinds, ...file.kinds], namespace: chosen.get('namespace')?.text });
};

interface Read {
  readonly chosen: ReadonlyMap<string, Chosen>;
  readonly problems: readonly Problem[];
}
const none: Read = { chosen: new Map(), problems: [] };

const allNames: readonly string[] = [...settingNames, ...runSettings.map(({ name }) => name)];

/** Checks the texts of one source; `spell` turns a setting's name into the source's spelling. */
const texts = (entries: Iterable<readonly [string, string]>, spell: (name: string) => string): Read => {
  const chosen = new Map<string, Chosen>();
  const problems: Problem[] = [];
  for (const [name, text] of entries) {
    const value = { text, spelling: spell(name) };
    const setting = findSetting(name);
    const run = runSettings.find((candidate) => candidate.name === name);
    if (setting !== undefined) problems.push(...checkChosen(setting, value));
    else if (run !== undefined && !run.pattern.test(text))
      problems.push(
        problem('invalid-setting', { spelling: value.spelling, text, rule: run.rule, example: run.example }),
      );
    chosen.set(name, value);
  }
  return { chosen, problems };
};

const readEnvironment = (environment: SettingSources['environment']): Read => {
  const known = new Map(allNames.map((name) => [variableOf(name), name]));
  const entries: [string, string][] = [];
  const problems: Problem[] = [];
  for (const [variable, text] of Object.entries(environment)) {
    if (!variable.startsWith('DAPS_') || text === undefined || text === '' || otherVariables.includes(variable))
      continue;
    const name = known.get(variable);
    if (name !== undefined) entries.push([name, text]);
    else if (!foreignVariable.test(variable))
      problems.push(problem('unknown-setting', { spelling: variable, nearest: nearest(variable, [...known.keys()]) }));
  }
  const read = texts(entries, variableOf);
  return { ...read, problems: [...problems, ...read.problems] };
};

const readMap = (value: Value, where: string): Read => {
  const known = new Map(allNames.flatMap((name) => [[keyOf(name), name] as const, [name, name] as const]));
  const entries: [string, string][] = [];
  if (!isMapValue(value))
    return { ...none, problems: [problem('malformed-config', { path: where, reason: 'its settings are not a map' })] };
  const problems: Problem[] = [];
  for (const [key, item] of Object.entries(value)) {
    if (key === 'workloads') continue;
    const name = known.get(key);
    const text = scalarText(item);
    if (name === undefined)
      problems.push(
        problem('unknown-setting', { spelling: `${key} (${where})`, nearest: nearest(key, allNames.map(keyOf)) }),
      );
    else if (text === undefined)
      problems.push(
        problem('malformed-config', {
          path: where,
          reason: `${key} ${item === null ? 'has no value' : `is ${isSeqValue(item) ? 'a list' : 'a map'}`}`,
        }),
      );
    else entries.push([name, text]);
  }
  const read = texts(entries, (name) => `${keyOf(name)} (${where})`);
  return { ...read, problems: [...problems, ...read.problems] };
};

const scalarText = (value: Value): string | undefined => {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  return value instanceof NumberValue ? value.source : undefined;
};

const readFile = (
  file: SettingSources['file'],
): { layer: Read; kinds: readonly WorkloadKind[]; problems: readonly Problem[] } => {
  if (file === undefined) return { layer: none, kinds: [], problems: [] };
  const malformed = (reason: string) => ({
    layer: none,
    kinds: [],
    problems: [problem('malformed-config', { path: file.path, reason })],
  });
  const parsed = parseNode(file.text);
  if (!parsed.ok) return malformed(parsed.error.reason);
  if (parsed.value === undefined) return { layer: none, kinds: [], problems: [] };
  const value = toValue(parsed.value.root);
  if (!isMapValue(value)) return malformed('it is not a map of settings');
  const kinds = readKinds(value['workloads']);
  return kinds === undefined
    ? malformed('workloads must be a list of {group, kind, path}, path such as "spec.template"')
    : { layer: readMap(value, file.path), kinds, problems: [] };
};

const readKinds = (value: Value | undefined): readonly WorkloadKind[] | undefined => {
  if (value === undefined) return [];
  if (!isSeqValue(value)) return undefined;
  const kinds = value.map((item) => {
    const { group = '', kind, path } = isMapValue(item) ? item : {};
    const isValid =
      typeof group === 'string' &&
      typeof kind === 'string' &&
      typeof path === 'string' &&
      /^(\w+(\.\w+)*)?$/.test(path);
    return isValid ? { group, kind, path: path === '' ? [] : path.split('.') } : undefined;
  });
  return kinds.every((kind) => kind !== undefined) ? kinds : undefined;
};

/** Native sidecars are on by default from Kubernetes 1.29 (KEP-753); Dapr's injector makes them from 1.18. */
const checkRun = (chosen: ReadonlyMap<string, Chosen>): readonly Problem[] => {
  const isOlder = (name: RunSettingName, minimum: string): string | undefined => {
    const version = chosen.get(name)?.text;
    const coerced = version === undefined ? null : coerce(version);
    return coerced !== null && lt(coerced, minimum) ? version : undefined;
  };
  const kube = isOlder('kube-version', '1.29.0');
  const dapr = isOlder('dapr-version', '1.18.0');
  return [
    ...(kube === undefined ? [] : [problem('kube-version-too-old', { version: kube })]),
    ...(dapr === undefined ? [] : [problem('dapr-version-too-old', { version: dapr })]),
  ];
};
