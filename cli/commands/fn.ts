import { type Diagnostic, problem } from '../core/diagnostic.ts';
import { mentionsDapr, readDocument } from '../core/document/document.ts';
import { functionSettings, withResults } from '../core/fn/resource-list.ts';
import { type Input, injectInputs, isResourceList } from '../core/inject/inputs.ts';
import { positionFinder } from '../core/manifest/text/position.ts';
import type { Outcome } from '../exit-code.ts';
import { contextOf } from '../run/context.ts';
import { diffOf } from '../run/diff.ts';
import { readInputs } from '../run/inputs.ts';
import type { EmitOptions, OutputOptions, SettingOptions } from '../run/options.ts';
import { finish } from '../run/output.ts';
import { readSettings } from '../run/settings.ts';
import type { Shell } from '../shell/shell.ts';

/** `daps fn`: one ResourceList on stdin, one on stdout. */
export const runFn = async (shell: Shell, options: OutputOptions & SettingOptions): Promise<Outcome> => {
  const inputs = readInputs(shell, []);
  if (!inputs.ok) return finish(shell, options, [], inputs.error);
  const [input] = inputs.value;
  if (input === undefined || !isResourceList(input.text)) {
    return finish(shell, options, [], [whyNoList(input?.text ?? '')]);
  }
  return runFunction(shell, input, options);
};

/** What cannot be read may have been meant for one. */
const whyNoList = (text: string): Diagnostic => {
  const read = mentionsDapr(text) ? readDocument(text, []) : undefined;
  const [found] = read?.ok === false ? read.error : [];
  return {
    problem: found?.problem ?? problem('not-a-resource-list', {}),
    place: { input: 'stdin', ...positionFinder(text)(found?.offset ?? 0) },
  };
};

/** Findings go into `results`; after an error the items come out as they went in, and the exit code says so. */
export const runFunction = async (
  shell: Shell,
  input: Input,
  options: OutputOptions & SettingOptions & Partial<EmitOptions>,
): Promise<Outcome> => {
  const settings = readSettings(shell, options, functionSettings(input.text));
  if (!settings.ok) {
    return finish(shell, options, [], settings.error, '', withResults(input.text, settings.error));
  }
  const { outputs, entries, diagnostics } = injectInputs([input], contextOf(shell, settings.value));
  if (options.dryRun === true) return finish(shell, options, entries, diagnostics);
  const output = withResults(outputs[0] ?? '', diagnostics);
  if (options.diff === true) return finish(shell, options, entries, diagnostics, await diffOf([input], [output]));
  return finish(shell, options, entries, diagnostics, output, withResults(input.text, diagnostics));
};
