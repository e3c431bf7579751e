import { parseDurationMs } from '../../../proxy/contract/duration.ts';
import { type Problem, problem } from '../diagnostic.ts';
import type { Path } from '../manifest/model/path.ts';
import { nearest } from '../nearest.ts';
import { type MeshName, meshNames } from './mesh-names.ts';
import { type Resources, resourceProblems, resourcesOf } from './resources.ts';
import {
  annotationOf,
  findSetting,
  type Setting,
  type WorkloadSettingName,
  workloadSettingNames,
} from './workload-settings.ts';

/** A setting's text, and how the user spelled its name there: `--ready-path`, `DAPS_READY_PATH`, `readyPath`. */
export interface SettingValue {
  readonly text: string;
  readonly spelling: string;
}
export type Layer = ReadonlyMap<WorkloadSettingName, SettingValue>;

/** What daps knows for one workload, typed. */
export interface WorkloadSettings extends Resources {
  readonly enabled: boolean;
  readonly container: SettingValue | undefined;
  readonly readyPath: string | undefined;
  readonly readyTimeoutMs: number | 'never' | undefined;
  readonly busyPath: string | undefined;
  readonly preStopDelayMs: number;
  readonly callerDelayMs: number;
  readonly gracePeriodMs: number | undefined;
  readonly drainReserveMs: number;
  readonly giveBackAfterMs: number;
  readonly redelivery: 'auto' | 'certain' | 'uncertain';
  readonly replays: number;
  readonly image: string;
  readonly imagePullPolicy: string | undefined;
  readonly logLevel: string;
  readonly daprd: 'auto' | 'inline' | 'injector';
  readonly daprdBefore: SettingValue | undefined;
  readonly mesh: 'auto' | MeshName | 'none';
  /** How the user spelled a setting's name where its value comes from; the annotation's name for a default. */
  readonly spellingOf: (name: WorkloadSettingName) => string;
}

/**
 * The layers on top of each other: a pod template's annotations over those of the run, the strongest first, over the
 * defaults. `isMeant` says whether a value of the run is for this workload; what an annotation says always is.
 */
export const resolveWorkloadSettings = (
  layers: readonly Layer[],
  annotations: ReadonlyMap<string, string>,
  annotationsPath: Path,
  isMeant: (name: WorkloadSettingName, chosen: SettingValue) => boolean,
): { readonly settings: WorkloadSettings; readonly problems: readonly Problem[] } => {
  const problems: Problem[] = [];
  const own = new Map<WorkloadSettingName, SettingValue>();
  for (const [annotation, text] of annotations) {
    const name = ownName(annotation);
    if (name === undefined) continue;
    const setting = findSetting(name);
    const path = [...annotationsPath, annotation];
    if (setting === undefined) {
      const near = nearest(
        name,
        workloadSettingNames.filter((known) => !annotations.has(annotationOf(known))),
      );
      problems.push(problem('unknown-annotation', { annotation, nearest: near && annotationOf(near) }, path));
      continue;
    }
    problems.push(...checkChosen(setting, { text, spelling: annotation }).map((found) => ({ ...found, path })));
    own.set(setting.name, { text, spelling: annotation });
  }
  const chosenFor = (name: WorkloadSettingName): SettingValue | undefined =>
    [own, ...layers]
      .map((layer) => ({ layer, chosen: layer.get(name) }))
      .find(
        ({ layer, chosen }) =>
          chosen !== undefined && isValid(name, chosen) && (layer === own || isMeant(name, chosen)),
      )?.chosen;
  for (const { problem: found, request, limit } of resourceProblems(chosenFor)) {
    const named = [limit, request].find(({ spelling }) => annotations.has(spelling))?.spelling;
    problems.push({ ...found, path: named === undefined ? annotationsPath : [...annotationsPath, named] });
  }
  return { settings: typedSettings(chosenFor), problems };
};

const statusName = 'status';

/** `daps.io/<name>`, the status that daps writes itself left out. */
const ownName = (annotation: string): string | undefined => {
  const prefix = 'daps.io/';
  const name = annotation.startsWith(prefix) ? annotation.slice(prefix.length) : undefined;
  return name === statusName ? undefined : name;
};

/** Checks one value of a setting. */
export const checkChosen = (setting: Setting, { text, spelling }: SettingValue): readonly Problem[] => {
  const wrong = setting.type.check(text);
  if (wrong !== undefined) return [problem('invalid-setting', { spelling, text, ...wrong })];
  if (setting.name === 'mode' && text === 'standalone') {
    return [problem('not-in-this-version', { spelling, text, instead: 'Write "sidecar", or remove it.' })];
  }
  return [];
};

const isValid = (name: WorkloadSettingName, { text }: SettingValue): boolean => {
  const setting = findSetting(name);
  return setting !== undefined && setting.type.check(text) === undefined;
};

const typedSettings = (chosenFor: (name: WorkloadSettingName) => SettingValue | undefined): WorkloadSettings => {
  const text = (name: WorkloadSettingName): string | undefined => chosenFor(name)?.text ?? findSetting(name)?.fallback;
  const durationMs = (name: WorkloadSettingName): number => parseDurationMs(text(name) ?? '') ?? 0;
  const optionalMs = (name: WorkloadSettingName): number | undefined =>
    text(name) === undefined ? undefined : durationMs(name);
  return {
    enabled: text('enabled') !== 'false',
    container: chosenFor('container'),
    readyPath: text('ready-path'),
    readyTimeoutMs: text('ready-timeout') === 'never' ? 'never' : optionalMs('ready-timeout'),
    busyPath: text('busy-path'),
    preStopDelayMs: durationMs('pre-stop-delay'),
    callerDelayMs: durationMs('caller-delay'),
    gracePeriodMs: optionalMs('grace-period'),
    drainReserveMs: durationMs('drain-reserve'),
    giveBackAfterMs: durationMs('give-back-after'),
    redelivery: redeliveryChoice(text('redelivery')),
    replays: Number(text('replays')),
    image: text('image') ?? '',
    imagePullPolicy: text('image-pull-policy'),
    ...resourcesOf(chosenFor),
    logLevel: text('log-level') ?? '',
    daprd: daprdChoice(text('daprd')),
    daprdBefore: chosenFor('daprd-before'),
    mesh: meshChoice(text('mesh')),
    spellingOf: (name) => chosenFor(name)?.spelling ?? annotationOf(name),
  };
};

const meshChoice = (text: string | undefined): WorkloadSettings['mesh'] =>
  text === 'none' ? text : (meshNames.find((name) => name === text) ?? 'auto');

const redeliveryChoice = (text: string | undefined): WorkloadSettings['redelivery'] =>
  text === 'certain' || text === 'uncertain' ? text : 'auto';

const daprdChoice = (text: string | undefined): WorkloadSettings['daprd'] =>
  text === 'inline' || text === 'injector' ? text : 'auto';
