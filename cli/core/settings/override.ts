import { fail, ok, type Result } from '../../../proxy/contract/result.ts';
import type { Diagnostic, Place, Problem } from '../diagnostic.ts';
import { problem } from '../diagnostic.ts';
import { formatPath, type Path } from '../manifest/model/path.ts';
import { isMapValue, isSeqValue, type Value } from '../manifest/model/value.ts';
import type { ResourceRef } from '../manifest/object/resource-ref.ts';
import { nearest } from '../nearest.ts';
import type { Layer, SettingValue } from './resolve-workload.ts';
import { type PlaceOf, readSettingsMap, type SettingsSource, scalarText, spelledIn } from './settings-map.ts';
import {
  checkMatch,
  isMatched,
  type Match,
  type MatchKey,
  matchKeys,
  parseMatch,
  splitMatches,
} from './workload-match.ts';
import { type WorkloadSettingName, workloadSettingNames } from './workload-settings.ts';

/** Settings of some workloads, from an entry of `overrides` or from one workload that `exclude` names. */
export interface Override {
  readonly match: Match;
  readonly settings: Layer;
  /** How the user spelled it: `overrides[0].match (.daps.yaml)`, `--exclude`. */
  readonly spelling: string;
  readonly place: Place;
}

export interface ReadOverrides {
  readonly overrides: readonly Override[];
  readonly problems: readonly Diagnostic[];
}

/** The list `overrides` of a settings file or function. */
export const readOverrides = (value: Value | undefined, source: SettingsSource): ReadOverrides => {
  if (value === undefined) return { overrides: [], problems: [] };
  if (!isSeqValue(value)) return { overrides: [], problems: [malformed(['overrides'], 'is no list', source)] };
  const entries = value.map((item, index) => readOverride(item, ['overrides', index], source));
  return {
    overrides: entries.flatMap(({ overrides }) => overrides),
    problems: entries.flatMap(({ problems }) => problems),
  };
};

const malformed = (path: Path, what: string, { where, placeOf }: SettingsSource): Diagnostic => {
  const reason = `${formatPath(path)} ${what}`;
  const instead = 'overrides: [{match: {kind: Deployment, name: api}, readyPath: /healthz}]';
  return { problem: problem('malformed-config', { path: where, reason, instead }), place: placeOf(path) };
};

const readOverride = (value: Value, path: Path, source: SettingsSource): ReadOverrides => {
  if (!isMapValue(value)) return { overrides: [], problems: [malformed(path, 'is no map', source)] };
  const { match, problems } = readMatch(value['match'], [...path, 'match'], source);
  const read = readSettingsMap(value, {
    ...source,
    path,
    names: workloadSettingNames,
    otherKeys: ['match'],
    elsewhere,
  });
  const override = {
    match,
    settings: layerOf(read.chosen),
    spelling: spelledIn(source.where, [...path, 'match']),
    place: source.placeOf([...path, 'match']),
  };
  return { overrides: [override], problems: [...problems, ...read.problems] };
};

/** What says which workloads are meant stands one level deeper. */
const elsewhere: ReadonlyMap<string, string> = new Map(matchKeys.map((key) => [key, `match.${key}`]));

/** Only what a workload can have. */
export const layerOf = (chosen: ReadonlyMap<string, SettingValue>): Layer =>
  new Map(
    [...chosen].filter((entry): entry is [WorkloadSettingName, SettingValue] =>
      workloadSettingNames.some((name) => name === entry[0]),
    ),
  );

const anything: Match = { kind: '*', namespace: '*', name: '*' };

const readMatch = (
  value: Value | undefined,
  path: Path,
  source: SettingsSource,
): { readonly match: Match; readonly problems: readonly Diagnostic[] } => {
  if (!isMapValue(value) || Object.keys(value).length === 0) {
    const what = isMapValue(value) ? 'is empty' : value === undefined ? 'is missing' : 'is no map';
    return { match: anything, problems: [malformed(path, what, source)] };
  }
  const problems: Diagnostic[] = [];
  const match = { ...anything };
  for (const [key, item] of Object.entries(value)) {
    const at = [...path, key];
    const read = readMatchKey(key, scalarText(item) ?? '', spelledIn(source.where, at));
    if (read.ok) match[read.value.key] = read.value.text;
    else problems.push({ problem: read.error, place: source.placeOf(at) });
  }
  return { match, problems };
};

const readMatchKey = (
  key: string,
  text: string,
  spelling: string,
): Result<{ readonly key: MatchKey; readonly text: string }, Problem> => {
  const known = matchKeys.find((name) => name === key);
  if (known === undefined)
    return fail(
      problem('unknown-setting', { spelling, nearest: nearest(key, matchKeys) ?? 'kind, namespace or name' }),
    );
  const wrong = checkMatch(known, text);
  return wrong === undefined
    ? ok({ key: known, text })
    : fail(problem('invalid-setting', { spelling, text, ...wrong }));
};

/** Turns the `exclude` list of one source into overrides. `placeOf` gives the list's place there. */
export const readExcludes = (chosen: SettingValue | undefined, placeOf: PlaceOf): readonly Override[] =>
  chosen === undefined
    ? []
    : splitMatches(chosen.text).flatMap((text, index) => {
        const match = parseMatch(text);
        const settings: Layer = new Map([['enabled', { text: 'false', spelling: chosen.spelling }]]);
        const place = placeOf(['exclude', index]);
        return match === undefined ? [] : [{ match, settings, spelling: chosen.spelling, place }];
      });

/** Merges the overrides of one workload. A later override wins. */
export const overridesOf = (overrides: readonly Override[], ref: ResourceRef, namespace: string): Layer =>
  new Map(overrides.filter(({ match }) => isMatched(match, ref, namespace)).flatMap(({ settings }) => [...settings]));
