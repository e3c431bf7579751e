import { fail, ok, type Result } from '../../proxy/contract/result.ts';
import { type Diagnostic, problem } from '../core/diagnostic.ts';
import { emptyLintConfig, type LintConfig, readLintConfig, severityWords } from '../core/lint/lint-config.ts';
import { knownIds } from '../core/lint/listed-rules.ts';
import { type Severity, severities } from '../core/lint/rule/rule.ts';
import { offsetOf } from '../core/manifest/model/path.ts';
import { isMapValue, toValue } from '../core/manifest/model/value.ts';
import { parseNode } from '../core/manifest/read/parse.ts';
import { positionFinder } from '../core/manifest/text/position.ts';
import { nearest } from '../core/nearest.ts';
import type { Shell } from '../shell/shell.ts';
import { readText, wholeFile } from './inputs.ts';
import type { SettingOptions } from './options.ts';
import { findUpward } from './settings.ts';

/** The flags of `daps lint` that weigh rules. */
export interface RuleOptions {
  readonly rule?: readonly string[];
  readonly failOn?: string;
}

/** The section `lint` of the settings file, with what flags say over it. */
export const readLintSettings = (
  shell: Shell,
  options: SettingOptions & RuleOptions,
): Result<LintConfig & { readonly failOn: Severity }, readonly Diagnostic[]> => {
  const file = readSection(shell, options);
  const flags = readRuleFlags(options.rule ?? []);
  const problems = [...file.problems, ...flags.problems];
  if (problems.length > 0) return fail(problems);
  const failOn = severities.find((severity) => severity === options.failOn) ?? file.failOn ?? 'error';
  return ok({ ...file, failOn, severities: new Map([...file.severities, ...flags.severities]) });
};

const readSection = (shell: Shell, options: SettingOptions): LintConfig => {
  const config = options['config'];
  const path = typeof config === 'string' ? config : findUpward(shell, '.daps.yaml');
  const read = path === undefined ? undefined : readText(shell, path);
  const parsed = read?.ok === true ? parseNode(read.value.text) : undefined;
  // A file that cannot be read is reported with the other settings.
  if (read?.ok !== true || parsed?.ok !== true || parsed.value === undefined) return emptyLintConfig;
  const { root } = parsed.value;
  const value = toValue(root);
  const { name, text } = read.value;
  const positionOf = positionFinder(text);
  return readLintConfig(isMapValue(value) ? value['lint'] : undefined, {
    where: name,
    placeOf: (at) => ({ input: name, ...positionOf(offsetOf(root, at)) }),
  });
};

/** `--rule ID=off|note|warning|error`. */
const readRuleFlags = (flags: readonly string[]): Pick<LintConfig, 'severities' | 'problems'> => {
  const found = new Map<string, Severity | 'off'>();
  const problems: Diagnostic[] = [];
  for (const flag of flags) {
    const [id = '', word] = flag.split('=');
    const severity = severityWords.find((one) => one === word);
    const place = wholeFile('');
    if (!knownIds.has(id)) {
      const near = nearest(id, [...knownIds]);
      problems.push({ problem: problem('unknown-rule', { spelling: '--rule', rule: id, nearest: near }), place });
    } else if (severity === undefined) {
      const rule = `must be ID=${severityWords.join('|')}`;
      const args = { spelling: '--rule', text: flag, rule, example: `${id}=off` };
      problems.push({ problem: problem('invalid-setting', args), place });
    } else found.set(id, severity);
  }
  return { severities: found, problems };
};
