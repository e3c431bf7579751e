import type { Diagnostic } from '../diagnostic.ts';
import { problem } from '../diagnostic.ts';
import { formatPath, type Path } from '../manifest/model/path.ts';
import { isMapValue, isSeqValue, type MapValue, type Value } from '../manifest/model/value.ts';
import { nearest } from '../nearest.ts';
import { type SettingsSource, scalarText, spelledIn } from '../settings/settings-map.ts';
import { checkMatch, type Match, matchKeys } from '../settings/workload-match.ts';
import { knownIds } from './listed-rules.ts';
import type { IgnoreRule } from './result.ts';
import { type Severity, severities } from './rule/rule.ts';

/** The section `lint` of `.daps.yaml`. */
export interface LintConfig {
  readonly failOn: Severity | undefined;
  readonly severities: ReadonlyMap<string, Severity | 'off'>;
  readonly ignores: readonly IgnoreRule[];
  readonly problems: readonly Diagnostic[];
}

export const emptyLintConfig: LintConfig = { failOn: undefined, severities: new Map(), ignores: [], problems: [] };

/** The words that `--rule ID=…` and `lint.rules` take. */
export const severityWords: readonly (Severity | 'off')[] = ['off', ...severities];

const keys = ['failOn', 'rules', 'ignore'];

/** Reads the section `lint`; every problem it has is found. */
export const readLintConfig = (value: Value | undefined, source: SettingsSource): LintConfig => {
  if (value === undefined || value === null) return emptyLintConfig;
  const example = 'lint: {failOn: warning, rules: {no-readiness: off}}';
  if (!isMapValue(value)) return { ...emptyLintConfig, problems: [malformed(['lint'], 'is no map', example, source)] };
  const unknown = Object.keys(value)
    .filter((key) => !keys.includes(key))
    .map((key) => unknownKey(['lint', key], nearest(key, keys), source));
  const failOn = readFailOn(value['failOn'], source);
  const rules = readRules(value['rules'], source);
  const ignores = readIgnores(value['ignore'], source);
  return {
    failOn: failOn.value,
    severities: rules.severities,
    ignores: ignores.ignores,
    problems: [...unknown, ...failOn.problems, ...rules.problems, ...ignores.problems],
  };
};

const malformed = (path: Path, what: string, instead: string, { where, placeOf }: SettingsSource): Diagnostic => ({
  problem: problem('malformed-config', { path: where, reason: `${formatPath(path)} ${what}`, instead }),
  place: placeOf(path),
});

const unknownKey = (path: Path, near: string | undefined, { where, placeOf }: SettingsSource): Diagnostic => ({
  problem: problem('unknown-setting', { spelling: spelledIn(where, path), nearest: near }),
  place: placeOf(path),
});

const invalid = (path: Path, text: string, rule: string, example: string, source: SettingsSource): Diagnostic => ({
  problem: problem('invalid-setting', { spelling: spelledIn(source.where, path), text, rule, example }),
  place: source.placeOf(path),
});

const readFailOn = (
  value: Value | undefined,
  source: SettingsSource,
): { readonly value: Severity | undefined; readonly problems: readonly Diagnostic[] } => {
  if (value === undefined) return { value: undefined, problems: [] };
  const found = severities.find((severity) => severity === value);
  const rule = `must be ${severities.join(', ')}`;
  return {
    value: found,
    problems: found === undefined ? [invalid(['lint', 'failOn'], scalarText(value) ?? '', rule, 'error', source)] : [],
  };
};

const readRules = (value: Value | undefined, source: SettingsSource): Pick<LintConfig, 'severities' | 'problems'> => {
  if (value === undefined) return { severities: new Map(), problems: [] };
  if (!isMapValue(value))
    return {
      severities: new Map(),
      problems: [malformed(['lint', 'rules'], 'is no map', 'rules: {no-readiness: off}', source)],
    };
  const found = new Map<string, Severity | 'off'>();
  const problems: Diagnostic[] = [];
  for (const [id, item] of Object.entries(value)) {
    const path: Path = ['lint', 'rules', id];
    const spelling = spelledIn(source.where, path);
    // A bare `off` is a boolean to YAML 1.1.
    const severity = item === false ? 'off' : severityWords.find((word) => word === item);
    if (!knownIds.has(id))
      problems.push({
        problem: problem('unknown-rule', { spelling, rule: id, nearest: nearest(id, [...knownIds]) }),
        place: source.placeOf(path),
      });
    else if (severity === undefined)
      problems.push(invalid(path, scalarText(item) ?? '', `must be ${severityWords.join(', ')}`, 'off', source));
    else found.set(id, severity);
  }
  return { severities: found, problems };
};

const ignoreExample = 'ignore: [{rule: no-readiness, kind: Deployment, name: web, reason: "it has no port"}]';

const readIgnores = (
  value: Value | undefined,
  source: SettingsSource,
): { readonly ignores: readonly IgnoreRule[]; readonly problems: readonly Diagnostic[] } => {
  if (value === undefined) return { ignores: [], problems: [] };
  if (!isSeqValue(value))
    return { ignores: [], problems: [malformed(['lint', 'ignore'], 'is no list', ignoreExample, source)] };
  const read = value.map((item, index) => readIgnore(item, ['lint', 'ignore', index], source));
  return { ignores: read.flatMap(({ ignores }) => ignores), problems: read.flatMap(({ problems }) => problems) };
};

const readIgnore = (item: Value, path: Path, source: SettingsSource): ReturnType<typeof readIgnores> => {
  if (!isMapValue(item)) return { ignores: [], problems: [malformed(path, 'is no map', ignoreExample, source)] };
  const known = ['rule', 'reason', ...matchKeys];
  const text = (key: string): string => scalarText(item[key]) ?? '';
  const rule = text('rule');
  const reason = text('reason').trim();
  const problems = [
    ...Object.keys(item)
      .filter((key) => !known.includes(key))
      .map((key) => unknownKey([...path, key], nearest(key, known), source)),
    ...(rule === '' ? [malformed(path, 'names no rule', ignoreExample, source)] : []),
    ...(rule !== '' && !rule.includes('*') && !knownIds.has(rule)
      ? [
          {
            problem: problem('unknown-rule', {
              spelling: spelledIn(source.where, [...path, 'rule']),
              rule,
              nearest: nearest(rule, [...knownIds]),
            }),
            place: source.placeOf([...path, 'rule']),
          },
        ]
      : []),
    ...(reason === '' ? [malformed(path, 'has no reason', ignoreExample, source)] : []),
    ...wrongMatches(item, path, source),
  ];
  const match: Match = {
    kind: text('kind') || '*',
    namespace: text('namespace') || '*',
    name: text('name') || '*',
  };
  const ignore = { rule, match, reason, spelling: spelledIn(source.where, path), place: source.placeOf(path) };
  return { ignores: problems.length === 0 ? [ignore] : [], problems };
};

const wrongMatches = (item: MapValue, path: Path, source: SettingsSource): readonly Diagnostic[] =>
  matchKeys.flatMap((key) => {
    const value = scalarText(item[key]);
    const wrong = value === undefined ? undefined : checkMatch(key, value);
    return wrong === undefined || value === undefined
      ? []
      : [invalid([...path, key], value, wrong.rule, wrong.example, source)];
  });
