import { unreachable } from '../../proxy/contract/unreachable.ts';
import { parseVersion } from '../core/dapr/version.ts';
import type { Diagnostic } from '../core/diagnostic.ts';
import { lintText } from '../core/lint/format/text.ts';
import { lintInputs } from '../core/lint/lint.ts';
import type { LintResult } from '../core/lint/result.ts';
import { type Severity, severities } from '../core/lint/rule/rule.ts';
import type { LintFacts } from '../core/lint/scene/scene.ts';
import type { Outcome } from '../exit-code.ts';
import { contextOf } from '../run/context.ts';
import { readInputs } from '../run/inputs.ts';
import { type RuleOptions, readLintSettings } from '../run/lint-settings.ts';
import type { SettingOptions } from '../run/options.ts';
import { finish, styled } from '../run/output.ts';
import { type ReadSettings, readSettings } from '../run/settings.ts';
import type { Shell } from '../shell/shell.ts';

export interface LintOptions extends RuleOptions {
  readonly quiet?: boolean;
  readonly color: 'auto' | 'always' | 'never';
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
  const errors: readonly Diagnostic[] = [inputs, settings, config].flatMap((read) => (read.ok ? [] : read.error));
  if (!inputs.ok || !settings.ok || !config.ok) return finish(shell, options, undefined, errors);
  const result = lintInputs(
    inputs.value,
    contextOf(shell, settings.value),
    lintFacts(shell, settings.value, options),
    config.value,
  );
  const texts = new Map(inputs.value.map(({ name, text }) => [name, text]));
  const lines = lintText(result, texts);
  shell.writeStdout(styled(shell.isColored.stdout, options, options.quiet === true ? lines.slice(0, -1) : lines));
  return outcomeOf(result, config.value.failOn);
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
