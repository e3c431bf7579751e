import { fail, ok, type Result } from '../../../proxy/contract/result.ts';
import type { ClusterFacts } from '../dapr/cluster.ts';
import { type AnchorSource, anchorSource } from '../dapr/trust-anchors.ts';
import { isBelow } from '../dapr/version.ts';
import type { Diagnostic, Problem } from '../diagnostic.ts';
import { problem } from '../diagnostic.ts';
import { offsetOf } from '../manifest/model/path.ts';
import { isMapValue, toValue, type Value } from '../manifest/model/value.ts';
import { type WorkloadKind, workloadKinds } from '../manifest/object/workload.ts';
import { parseNode } from '../manifest/read/parse.ts';
import { positionFinder } from '../manifest/text/position.ts';
import { nearest } from '../nearest.ts';
import { clusterFacts } from './cluster-facts.ts';
import { layerOf, type Override, readExcludes, readOverrides } from './override.ts';
import type { Layer, SettingValue } from './resolve-workload.ts';
import { resourceProblems } from './resources.ts';
import { type RunSettingName, runSettingNames } from './run-settings.ts';
import { emptyRead, nowhere, type PlaceOf, type Read, readSettingsMap, readTexts } from './settings-map.ts';
import { type ReadKinds, readWorkloadKinds } from './workload-kinds.ts';
import { variableOf, workloadSettingNames } from './workload-settings.ts';

/** What holds for a whole run. */
export interface RunSettings {
  readonly base: Layer;
  /** What holds for some workloads only, the strongest last. */
  readonly overrides: readonly Override[];
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
const foreignVariable = /_SERVICE_HOST$|_SERVICE_PORT|_PORT(?:_|$)/;

/** All sources on top of each other, every problem of every source found. */
export const resolveRunSettings = (sources: SettingSources): Result<RunSettings, readonly Diagnostic[]> => {
  const { functionConfig } = sources;
  const file = readFile(sources.file);
  const layers: readonly Source[] = [
    { ...emptySource, ...readTexts(sources.flags, (name) => `--${name}`) },
    functionConfig === undefined ? emptySource : readSource(functionConfig.value, functionConfig.name, () => nowhere),
    { ...emptySource, ...readEnvironment(sources.environment) },
    file.layer,
  ];
  const upward = [...layers].reverse();
  const chosen = new Map(upward.flatMap((layer) => [...layer.chosen]));
  const problems = [
    ...file.problems,
    ...layers.flatMap((layer) => layer.problems),
    ...checkRun(chosen).map(placedNowhere),
  ];
  if (problems.length > 0) return fail(problems);
  const textOf = (name: RunSettingName): string | undefined => chosen.get(name)?.text;
  return ok({
    base: layerOf(chosen),
    overrides: [
      ...upward.flatMap((layer) => layer.overrides),
      ...layers.flatMap((layer) => readExcludes(layer.chosen.get('exclude'), layer.placeOf)),
    ],
    kinds: [...workloadKinds, ...file.kinds],
    namespace: textOf('namespace'),
    daprVersion: textOf('dapr-version'),
    cluster: clusterFacts(textOf),
    anchors: readAnchors(chosen.get('trust-anchors'), file.layer.chosen.get('trust-anchors'), sources.file?.path),
  });
};

/** A file that is named in the settings file is looked for beside it. */
const readAnchors = (
  chosen: SettingValue | undefined,
  inFile: SettingValue | undefined,
  file: string | undefined,
): RunSettings['anchors'] => {
  if (chosen === undefined) return undefined;
  const source = anchorSource(chosen.text);
  const folder = chosen === inFile ? /^.*[\\/]/.exec(file ?? '')?.[0] : undefined;
  return source.kind === 'file' && folder !== undefined && !/^([\\/]|[A-Za-z]:)/.test(source.path)
    ? { source: { kind: 'file', path: folder + source.path }, spelling: chosen.spelling }
    : { source, spelling: chosen.spelling };
};

/** One source, with what holds for some workloads only. */
interface Source extends Read {
  readonly overrides: readonly Override[];
  readonly placeOf: PlaceOf;
}
const emptySource: Source = { ...emptyRead, overrides: [], placeOf: () => nowhere };

const allNames: readonly string[] = [...workloadSettingNames, ...runSettingNames];

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
  const read = readTexts(entries, variableOf);
  return { ...read, problems: [...problems.map(placedNowhere), ...read.problems] };
};

const placedNowhere = (found: Problem): Diagnostic => ({ problem: found, place: nowhere });

/** A map that may hold everything but what only annotations have. */
const readSource = (value: Value, where: string, placeOf: PlaceOf): Source => {
  if (!isMapValue(value)) {
    const found = problem('malformed-config', { path: where, reason: 'its settings are not a map' });
    return { ...emptySource, problems: [placedNowhere(found)] };
  }
  const read = readSettingsMap(value, {
    where,
    path: [],
    placeOf,
    names: allNames,
    otherKeys: ['overrides', 'workloads', 'lint'],
    elsewhere: new Map(),
  });
  const { overrides, problems } = readOverrides(value['overrides'], { where, placeOf });
  return { chosen: read.chosen, problems: [...read.problems, ...problems], overrides, placeOf };
};

const readFile = (file: SettingSources['file']): { readonly layer: Source } & ReadKinds => {
  if (file === undefined) return { layer: emptySource, kinds: [], problems: [] };
  const positionOf = positionFinder(file.text);
  const placeAt = (offset: number) => ({ input: file.path, ...positionOf(offset) });
  const malformed = (reason: string, offset: number) => ({
    layer: emptySource,
    kinds: [],
    problems: [{ problem: problem('malformed-config', { path: file.path, reason }), place: placeAt(offset) }],
  });
  const parsed = parseNode(file.text);
  if (!parsed.ok) return malformed(parsed.error.reason, parsed.error.offset);
  if (parsed.value === undefined) return { layer: emptySource, kinds: [], problems: [] };
  const { root } = parsed.value;
  const value = toValue(root);
  const placeOf: PlaceOf = (path) => placeAt(offsetOf(root, path));
  if (!isMapValue(value)) return malformed('it is not a map of settings', root.start);
  const source = { where: file.path, placeOf };
  return { layer: readSource(value, file.path, placeOf), ...readWorkloadKinds(value['workloads'], source) };
};

/** The texts a settings file holds, under the names of their settings. */
export const readSettingsFile = (file: NonNullable<SettingSources['file']>): ReadonlyMap<string, SettingValue> =>
  readFile(file).layer.chosen;

const checkRun = (chosen: ReadonlyMap<string, SettingValue>): readonly Problem[] => [
  ...checkKubeVersion(chosen.get('kube-version')?.text),
  ...resourceProblems((name) => chosen.get(name)).map(({ problem: found }) => found),
];

/** Native sidecars are on by default from Kubernetes 1.29 (KEP-753). */
const checkKubeVersion = (version: string | undefined): readonly Problem[] =>
  version !== undefined && isBelow(version, '1.29.0') ? [problem('kube-version-too-old', { version })] : [];
