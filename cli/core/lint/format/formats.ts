import { lintGithub } from './github.ts';
import { lintJson } from './json.ts';
import { lintJunit } from './junit.ts';
import type { LintRun } from './run.ts';
import { lintSarif } from './sarif.ts';

/** The formats that programs read. Their text is whole whatever was found. */
export const machineFormats = {
  json: lintJson,
  sarif: lintSarif,
  github: lintGithub,
  junit: lintJunit,
} as const satisfies Readonly<Record<string, (run: LintRun) => string>>;
export type MachineFormat = keyof typeof machineFormats;

export const formatNames: readonly ('text' | MachineFormat)[] = ['text', 'json', 'sarif', 'github', 'junit'];
