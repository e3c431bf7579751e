import coerce from 'semver/functions/coerce.js';
import lt from 'semver/functions/lt.js';
import type { ClusterFacts } from '../dapr/cluster.ts';
import { type AnchorSource, anchorSource } from '../dapr/trust-anchors.ts';
import type { Diagnostic, Problem } from '../diagnostic.ts';
import { problem } from '../diagnostic.ts';
import { parseNode } from '../manifest/parse.ts';
import { isMapValue, isSeqValue, NumberValue, toValue, type Value } from '../manifest/value.ts';
import { type WorkloadKind, workloadKinds } from '../manifest/workload.ts';
import { nearest } from '../nearest.ts';
import { fail, ok, type Result } from '../result.ts';
import { clusterFacts } from './cluster-facts.ts';
import { type RunSettingName, runSettingNames, runSettings } from './cluster-setting.ts';
import { type Chosen, checkChosen, type Layer } from './resolve.ts';
import { checkSetting, findSetting, keyOf, type SettingName, settingNames, variableOf } from './setting.ts';

/** What holds for a whole run. */
export interface RunSettings {
  readonly base: Layer;
  readonly kinds: readonly WorkloadKind[];
  readonly namespace: string | undefined;
  readonly daprVersion: string | undefined;
  readonly cluster: ClusterFacts;
  /** Where the trust anchors are to be found, and how the user spelled the setting. */
  readonly anchors: { readonly source: AnchorSource; readonly spelling: string } | undefined;
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
  const textOf = (name: RunSettingName): string | undefined => chosen.get(name)?.text;
  return ok({
    base,
    kinds: [...workloadKinds, ...file.kinds],
    namespace: textOf('namespace'),
    daprVersion: textOf('dapr-version'),
    cluster: clusterFacts(textOf),
    anchors: readAnchors(chosen.get('trust-anchors'), file.layer.chosen.get('trust-anchors'), sources.file?.path),
  });
};

/** A file that is named in the settings file is looked for beside it. */
const readAnchors = (
  chosen: Chosen | undefined,
  inFile: Chosen | undefined,
  file: string | undefined,
): RunSettings['anchors'] => {
  if (chosen === undefined) return undefined;
  const source = anchorSource(chosen.text);
  const folder = chosen === inFile ? /^.*[\\/]/.exec(file ?? '')?.[0] : undefined;
  return source.kind === 'file' && folder !== undefined && !/^([\\/]|[A-Za-z]:)/.test(source.path)
    ? { source: { kind: 'file', path: folder + source.path }, spelling: chosen.spelling }
    : { source, spelling: chosen.spelling };
};

interface Read {
  readonly chosen: ReadonlyMap<string, Chosen>;
  readonly problems: readonly Problem[];
}
const none: Read = { chosen: new Map(), problems: [] };

const allNames: readonly string[] = [...settingNames, ...runSettingNames];

/** Checks the texts of one source; `spell` turns a setting's name into the source's spelling. */
const texts = (entries: Iterable<readonly [string, string]>, spell: (name: string) => string): Read => {
  const chosen = new Map<string, Chosen>();
  const problems: Problem[] = [];
  for (const [name, text] of entries) {
    const value = { text, spelling: spell(name) };
    const setting = findSetting(name);
    const run = runSettings.find((candidate) => candidate.name === name);
    if (setting !== undefined) problems.push(...checkChosen(setting, value));
    const wrong = run === undefined ? undefined : checkSetting(run.type, text);
    if (wrong !== undefined) problems.push(problem('invalid-setting', { spelling: value.spelling, text, ...wrong }));
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
    const text = scalarText(item) ?? (name === 'trust-anchors' ? configMapText(item) : undefined);
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

/** `trustAnchors: {configMap: NAME}` */
const configMapText = (value: Value): string | undefined => {
  const name = isMapValue(value) && Object.keys(value).length === 1 ? value['configMap'] : undefined;
  return typeof name === 'string' ? `configMap:${name}` : undefined;
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

/** The texts a settings file holds, under the names of their settings. */
export const readSettingsFile = (file: NonNullable<SettingSources['file']>): ReadonlyMap<string, Chosen> =>
  readFile(file).layer.chosen;

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

/** Native sidecars are on by default from Kubernetes 1.29 (KEP-753). */
const checkRun = (chosen: ReadonlyMap<string, Chosen>): readonly Problem[] => {
  const version = chosen.get('kube-version')?.text;
  const coerced = version === undefined ? null : coerce(version);
  return coerced !== null && version !== undefined && lt(coerced, '1.29.0')
    ? [problem('kube-version-too-old', { version })]
    : [];
};
