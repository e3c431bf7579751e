import type { Diagnostic, Place, Problem } from '../diagnostic.ts';
import { problem } from '../diagnostic.ts';
import { formatPath, type Path } from '../manifest/model/path.ts';
import { isMapValue, isSeqValue, type MapValue, NumberValue, type Value } from '../manifest/model/value.ts';
import { nearest } from '../nearest.ts';
import { checkChosen, type SettingValue } from './resolve-workload.ts';
import { findRunSetting } from './run-settings.ts';
import { findSetting, keyOf } from './workload-settings.ts';

/** What one source of settings says, by the settings' names, and what is wrong with it. */
export interface Read {
  readonly chosen: ReadonlyMap<string, SettingValue>;
  readonly problems: readonly Diagnostic[];
}

/** Where something of a source stands. */
export type PlaceOf = (path: Path) => Place;

/** A source that settings stand in, and where in it. */
export interface SettingsSource {
  readonly where: string;
  readonly placeOf: PlaceOf;
}

export const nowhere: Place = { input: '', line: 0, column: 0 };

export const emptyRead: Read = { chosen: new Map(), problems: [] };

/** A map of settings: where it stands in which source, and what may be in it. */
export interface SettingsMap extends SettingsSource {
  readonly path: Path;
  /** The names of the settings that it may have. */
  readonly names: readonly string[];
  /** Its other keys, which are read elsewhere. */
  readonly otherKeys: readonly string[];
  /** Keys that belong to another place, and how they are spelled there. */
  readonly elsewhere: ReadonlyMap<string, string>;
}

/** Checks the texts of one source; `spell` turns a setting's name into the source's spelling. */
export const readTexts = (
  entries: Iterable<readonly [string, string]>,
  spell: (name: string) => string,
  placeOf: (name: string) => Place = () => nowhere,
): Read => {
  const chosen = new Map<string, SettingValue>();
  const problems: Diagnostic[] = [];
  for (const [name, text] of entries) {
    const value = { text, spelling: spell(name) };
    chosen.set(name, value);
    problems.push(...checkText(name, value).map((found) => ({ problem: found, place: placeOf(name) })));
  }
  return { chosen, problems };
};

const checkText = (name: string, value: SettingValue): readonly Problem[] => {
  const setting = findSetting(name);
  if (setting !== undefined) return checkChosen(setting, value);
  const wrong = findRunSetting(name)?.type.check(value.text);
  return wrong === undefined
    ? []
    : [problem('invalid-setting', { spelling: value.spelling, text: value.text, ...wrong })];
};

/** The settings of a map, under their names. Keys may be spelled as in flags, too. */
export const readSettingsMap = (value: MapValue, map: SettingsMap): Read => {
  const { where, path, placeOf } = map;
  const known = new Map(map.names.flatMap((name) => [[keyOf(name), name] as const, [name, name] as const]));
  const keys = new Map<string, string>();
  const entries: [string, string][] = [];
  const problems: Diagnostic[] = [];
  for (const [key, item] of Object.entries(value)) {
    if (map.otherKeys.includes(key)) continue;
    const place = placeOf([...path, key]);
    const name = known.get(key);
    if (name === undefined) {
      const free = map.names.map(keyOf).filter((other) => !Object.hasOwn(value, other));
      const near = map.elsewhere.get(key) ?? nearest(key, [...free, ...map.otherKeys]);
      const spelling = spelledIn(where, [...path, key]);
      problems.push({ problem: problem('unknown-setting', { spelling, nearest: near }), place });
      continue;
    }
    const text = scalarText(item) ?? otherText(name, item);
    if (text === undefined) {
      const at = placeOf([...path, key, ...oddItem(name, item)]);
      const reason = `${formatPath([...path, key])} ${describe(name, item)}`;
      const instead = `${key}: ${exampleFor(name)}`;
      problems.push({ problem: problem('malformed-config', { path: where, reason, instead }), place: at });
      continue;
    }
    const wrongItems = isSeqValue(item) ? checkItems(name, item, [...path, key], map) : [];
    problems.push(...wrongItems);
    if (wrongItems.length > 0) continue;
    keys.set(name, key);
    entries.push([name, text]);
  }
  const read = readTexts(
    entries,
    (name) => spelledIn(where, [...path, keyOf(name)]),
    (name) => placeOf([...path, keys.get(name) ?? name]),
  );
  return { ...read, problems: [...problems, ...read.problems] };
};

/** Checks the items of a list, each at its place. */
const checkItems = (name: string, items: readonly Value[], path: Path, map: SettingsMap): readonly Diagnostic[] =>
  items.flatMap((item, index) => {
    const at = [...path, index];
    const value = { text: scalarText(item) ?? '', spelling: spelledIn(map.where, at) };
    return checkText(name, value).map((found) => ({ problem: found, place: map.placeOf(at) }));
  });

const exampleFor = (name: string): string => (findSetting(name) ?? findRunSetting(name))?.type.example ?? '';

/** `overrides[0].readyPath (.daps.yaml)` */
export const spelledIn = (where: string, path: Path): string => `${formatPath(path)} (${where})`;

/** Returns the path of the first item that is not a text. */
const oddItem = (name: string, item: Value): Path => {
  const index = name === 'exclude' && isSeqValue(item) ? item.findIndex((one) => scalarText(one) === undefined) : -1;
  return index < 0 ? [] : [index];
};

const describe = (name: string, item: Value): string => {
  if (item === null) return 'has no value';
  if (name === 'exclude') return 'must be a list of texts such as "Deployment/api"';
  return `is ${isSeqValue(item) ? 'a list' : 'a map'}`;
};

export const scalarText = (value: Value | undefined): string | undefined => {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  return value instanceof NumberValue ? value.source : undefined;
};

/** `trustAnchors: {configMap: NAME}`, and a list of what `exclude` names. */
const otherText = (name: string, value: Value): string | undefined => {
  if (name === 'trust-anchors') {
    const configMap = isMapValue(value) && Object.keys(value).length === 1 ? value['configMap'] : undefined;
    return typeof configMap === 'string' ? `configMap:${configMap}` : undefined;
  }
  const items = name === 'exclude' && isSeqValue(value) ? value.map(scalarText) : [undefined];
  return items.every((item) => item !== undefined) ? items.join(',') : undefined;
};
