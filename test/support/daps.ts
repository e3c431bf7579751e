import { formatDiagnostic } from '../../cli/core/diagnostic.ts';
import { type Input, injectInputs, type Processed, uninjectInputs } from '../../cli/core/inject/inputs.ts';
import { type WorkloadKind, workloadKinds } from '../../cli/core/manifest/workload.ts';
import { resolveRunSettings } from '../../cli/core/settings/run-settings.ts';

/** A version that no release has, so that fixtures do not change with every one. */
export const testVersion = '0.0.0-test';

/** `daps inject` without a process: one text in, everything that came of it out. */
export const inject = (text: string, flags: Readonly<Record<string, string>> = {}, config?: string): Processed => {
  const settings = resolveRunSettings({
    flags: new Map(Object.entries(flags)),
    functionConfig: undefined,
    environment: {},
    file: config === undefined ? undefined : { path: '.daps.yaml', text: config },
  });
  const inputs: readonly Input[] = [{ name: 'stdin', text }];
  if (!settings.ok) return { outputs: [text], entries: [], diagnostics: settings.error, changed: [] };
  return injectInputs(inputs, { ...settings.value, version: testVersion, image: `daps/daps-sidecar:${testVersion}` });
};

const kindsOf = (config: string | undefined): readonly WorkloadKind[] => {
  const file = config === undefined ? undefined : { path: '.daps.yaml', text: config };
  const settings = resolveRunSettings({ flags: new Map(), functionConfig: undefined, environment: {}, file });
  return settings.ok ? settings.value.kinds : workloadKinds;
};

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
