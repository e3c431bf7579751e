import { type Diagnostic, formatDiagnostic } from '../../../cli/core/diagnostic.ts';
import { type Input, injectInputs, type Processed, uninjectInputs } from '../../../cli/core/inject/inputs.ts';
import { type WorkloadKind, workloadKinds } from '../../../cli/core/manifest/object/workload.ts';
import { resolveRunSettings } from '../../../cli/core/settings/resolve-run.ts';
import { type AnchorShell, readAnchors } from '../../../cli/run/trust-anchors.ts';
import { inspectCertificate } from '../../../cli/shell/certificate.ts';

/** A version that no release has, so that fixtures do not change with every one. */
export const testVersion = '0.0.0-test';

/** The day on which the fixtures are read; there are no files. */
const anchorShell: AnchorShell = {
  readFile: () => ({ ok: false, reason: 'there is no such file' }),
  inspectCertificate,
  now: () => Date.parse('2026-11-21T00:00:00Z'),
};

/** `daps inject` without a process: one text in, everything that came of it out. */
export const inject = (
  text: string,
  flags: Readonly<Record<string, string>> = {},
  config?: string,
  version = testVersion,
): Processed => {
  const settings = resolveRunSettings({
    flags: new Map(Object.entries(flags)),
    functionConfig: undefined,
    environment: {},
    file: config === undefined ? undefined : { path: '.daps.yaml', text: config },
  });
  const inputs: readonly Input[] = [{ name: 'stdin', text }];
  const refused = (diagnostics: readonly Diagnostic[]): Processed => ({
    outputs: [text],
    entries: [],
    diagnostics,
    changed: [],
  });
  if (!settings.ok) return refused(settings.error);
  const anchors = readAnchors(anchorShell, settings.value.anchors);
  if (!anchors.ok) return refused(anchors.error);
  return injectInputs(inputs, {
    ...settings.value,
    anchors: anchors.value.anchors,
    settingWarnings: anchors.value.warnings,
    image: `daps/daps-sidecar:${version}`,
  });
};

const kindsOf = (config: string | undefined): readonly WorkloadKind[] => {
  const file = config === undefined ? undefined : { path: '.daps.yaml', text: config };
  const settings = resolveRunSettings({ flags: new Map(), functionConfig: undefined, environment: {}, file });
  return settings.ok ? settings.value.kinds : workloadKinds;
};

/** The kinds that a settings file adds. */
export const ownKinds = (config: string | undefined): readonly WorkloadKind[] =>
  kindsOf(config).filter((kind) => !workloadKinds.includes(kind));

/** The injected text; throws with the diagnostics where there are errors. */
export const injected = (text: string, flags: Readonly<Record<string, string>> = {}): string => {
  const { outputs, diagnostics } = inject(text, flags);
  const errors = diagnostics.map(formatDiagnostic).filter((line) => line.includes('error['));
  if (errors.length > 0) throw new Error(errors.join('\n'));
  return outputs[0] ?? '';
};

export const uninjected = (text: string, config?: string): string => {
  const { outputs, diagnostics } = uninjectInputs([{ name: 'stdin', text }], kindsOf(config));
  const errors = diagnostics.map(formatDiagnostic).filter((line) => line.includes('error['));
  if (errors.length > 0) throw new Error(errors.join('\n'));
  return outputs[0] ?? '';
};
