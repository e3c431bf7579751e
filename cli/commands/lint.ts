import { unreachable } from '../../proxy/contract/unreachable.ts';
import { counted } from '../core/counted.ts';
import { parseVersion } from '../core/dapr/version.ts';
import { blameOf, type Diagnostic } from '../core/diagnostic.ts';
import type { Input } from '../core/inject/inputs.ts';
import { type Fixed, fixInputs } from '../core/lint/fix.ts';
import { lintInputs, unreadInputs } from '../core/lint/lint.ts';
import type { LintResult } from '../core/lint/result.ts';
import { type Severity, severities } from '../core/lint/rule/rule.ts';
import type { LintFacts } from '../core/lint/scene/scene.ts';
import type { Outcome } from '../exit-code.ts';
import { contextOf } from '../run/context.ts';
import { type FixOptions, writeFixes } from '../run/fix-files.ts';
import { readInputs } from '../run/inputs.ts';
import { type ReportOptions, readReporting, reportLint } from '../run/lint-report.ts';
import { type RuleOptions, readLintSettings } from '../run/lint-settings.ts';
import type { SettingOptions } from '../run/options.ts';
import { finish } from '../run/output.ts';
import { type ReadSettings, readSettings } from '../run/settings.ts';
import type { Shell } from '../shell/shell.ts';

export interface LintOptions extends RuleOptions, FixOptions, ReportOptions {
  readonly requireInjected?: boolean;
}

/** `daps lint [files…]`: what would go wrong in the cluster, before it does. */
export const runLint = async (
  shell: Shell,
  files: readonly string[],
  options: LintOptions & SettingOptions,
): Promise<Outcome> => {
  const inputs = readInputs(shell, files);
  const settings = readSettings(shell, options, undefined);
  const config = readLintSettings(shell, options);
  const reporting = readReporting(shell, options);
  const errors: readonly Diagnostic[] = [inputs, settings, config, reporting].flatMap((read) =>
    read.ok ? [] : read.error,
  );
  if (!settings.ok || !config.ok || !reporting.ok || blameOf(errors) === 'settings')
    return finish(shell, options, undefined, errors);
  const { failOn } = config.value;
  const report = (texts: readonly Input[], result: LintResult, stream: 'stdout' | 'stderr'): Outcome => {
    const reported = reportLint(shell, options, { ...reporting.value, failOn }, texts, result, stream);
    return reported.ok ? outcomeOf(reported.value, failOn) : finish(shell, options, undefined, reported.error);
  };
  if (!inputs.ok) return report([], unreadInputs(inputs.error), 'stdout');
  const lint = (texts: readonly Input[]): LintResult =>
    lintInputs(texts, contextOf(shell, settings.value), lintFacts(shell, settings.value, options), config.value);
  const result = lint(inputs.value);
  if (options.fix !== true) return report(inputs.value, result, 'stdout');
  const fixed = fixInputs(inputs.value, result.findings, settings.value.kinds);
  const { stdout, problems } = await writeFixes(shell, options, inputs.value, fixed);
  if (problems.length > 0) return finish(shell, options, undefined, problems);
  if (stdout !== undefined) shell.writeStdout(stdout);
  const after = inputs.value.map((input, index) => ({ ...input, text: fixed.texts[index] ?? input.text }));
  shell.writeStderr(`${fixedWords(fixed, options)}\n`);
  return report(after, lint(after), stdout === undefined ? 'stdout' : 'stderr');
};

/** `daps lint: fixed 2 findings; 1 is left, because its fix would change more than it should` */
const fixedWords = ({ fixed, left }: Fixed, { diff, dryRun }: LintOptions): string => {
  const verb = diff === true || dryRun === true ? 'would fix' : 'fixed';
  const rest =
    left.length === 0
      ? ''
      : `; ${left.length} left to you: the fix would change something else (an anchor, or what daps wrote)`;
  return `daps lint: ${verb} ${counted(fixed.length, 'finding')}${rest}`;
};

const lintFacts = (shell: Shell, settings: ReadSettings, options: LintOptions): LintFacts => ({
  namespace: settings.namespace ?? '',
  daprVersion: settings.daprVersion === undefined ? undefined : parseVersion(settings.daprVersion),
  dapsVersion: shell.version,
  requireInjected: options.requireInjected === true,
});

const outcomeOf = ({ findings, unread }: LintResult, failOn: Severity): Outcome => {
  switch (unread) {
    case 'input':
    case 'settings':
      return unread;
    case undefined: {
      const least = severities.indexOf(failOn);
      return findings.some(({ severity }) => severities.indexOf(severity) <= least) ? 'findings' : 'ok';
    }
    default:
      return unreachable(unread);
  }
};
