import { parseVersion } from '../../../cli/core/dapr/version.ts';
import { formatDiagnostic } from '../../../cli/core/diagnostic.ts';
import type { LintRun } from '../../../cli/core/lint/format/run.ts';
import type { Pieces } from '../../../cli/core/lint/format/text.ts';
import { lintInputs } from '../../../cli/core/lint/lint.ts';
import { readLintConfig } from '../../../cli/core/lint/lint-config.ts';
import type { LintResult } from '../../../cli/core/lint/result.ts';
import { offsetOf } from '../../../cli/core/manifest/model/path.ts';
import { isMapValue, toValue } from '../../../cli/core/manifest/model/value.ts';
import { parseNode } from '../../../cli/core/manifest/read/parse.ts';
import { positionFinder } from '../../../cli/core/manifest/text/position.ts';
import { resolveRunSettings } from '../../../cli/core/settings/resolve-run.ts';
import { testVersion } from './daps.ts';

/** `daps lint` without a process: texts in, findings out. `config` is a `.daps.yaml`, `flags` are settings. */
export const lint = (
  inputs: Readonly<Record<string, string>>,
  { flags = {}, config, requireInjected = false }: LintTestOptions = {},
): LintResult => {
  const settings = resolveRunSettings({
    flags: new Map(Object.entries(flags)),
    functionConfig: undefined,
    environment: {},
    file: config === undefined ? undefined : { path: '.daps.yaml', text: config },
  });
  if (!settings.ok) throw new Error(settings.error.map(formatDiagnostic).join('\n'));
  const own = config === undefined ? undefined : sectionOf(config);
  if (own !== undefined && own.problems.length > 0) throw new Error(own.problems.map(formatDiagnostic).join('\n'));
  const { namespace, daprVersion } = settings.value;
  return lintInputs(
    Object.entries(inputs).map(([name, text]) => ({ name, text })),
    { ...settings.value, anchors: undefined, settingWarnings: [], image: `daps/daps-sidecar:${testVersion}` },
    {
      namespace: namespace ?? '',
      daprVersion: daprVersion === undefined ? undefined : parseVersion(daprVersion),
      dapsVersion: testVersion,
      requireInjected,
    },
    { severities: own?.severities ?? new Map(), ignores: own?.ignores ?? [] },
  );
};

interface LintTestOptions {
  readonly flags?: Readonly<Record<string, string>>;
  readonly config?: string | undefined;
  readonly requireInjected?: boolean;
}

/** The section `lint` of a `.daps.yaml`. */
export const sectionOf = (text: string): ReturnType<typeof readLintConfig> => {
  const parsed = parseNode(text);
  if (!parsed.ok || parsed.value === undefined) throw new Error('not YAML');
  const { root } = parsed.value;
  const value = toValue(root);
  const positionOf = positionFinder(text);
  return readLintConfig(isMapValue(value) ? value['lint'] : undefined, {
    where: '.daps.yaml',
    placeOf: (path) => ({ input: '.daps.yaml', ...positionOf(offsetOf(root, path)) }),
  });
};

/** Lines without colors. */
export const textOf = (lines: readonly Pieces[]): string =>
  lines.map((pieces) => `${pieces.map(({ text }) => text).join('')}\n`).join('');

/** A result as the formats get it, without charts, in the folder `/repository`. */
export const runOf = (result: LintResult, inputs: Readonly<Record<string, string>>): LintRun => ({
  result,
  failOn: 'error',
  dapsVersion: testVersion,
  inputs: new Map(Object.entries(inputs)),
  templates: new Map(),
  folder: '/repository',
});

/** A result with the findings of some rules only: a test of what becomes of findings holds however many rules there are. */
export const findingsOf = (result: LintResult, ...ids: readonly string[]): LintResult => ({
  ...result,
  findings: result.findings.filter(({ id }) => ids.includes(id)),
  ignored: result.ignored.filter(({ finding }) => ids.includes(finding.id)),
});
