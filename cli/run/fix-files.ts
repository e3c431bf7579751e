import type { Diagnostic } from '../core/diagnostic.ts';
import type { Input } from '../core/inject/inputs.ts';
import type { Fixed } from '../core/lint/fix.ts';
import type { Shell } from '../shell/shell.ts';
import { diffOf } from './diff.ts';
import { joinOutputs } from './join.ts';
import { unwritten } from './output.ts';

/** The flags of `daps lint` that fix. */
export interface FixOptions {
  readonly fix?: boolean;
  readonly diff?: boolean;
  readonly dryRun?: boolean;
}

/** What a run with `--fix` prints on stdout, and what went wrong with files. */
export interface WrittenFixes {
  /** A diff, or the manifests of stdin; undefined where files were written, or nothing was to be. */
  readonly stdout: string | undefined;
  readonly problems: readonly Diagnostic[];
}

/** Writes fixed texts into their files. What came by stdin goes to stdout; `--diff` and `--dry-run` write no file. */
export const writeFixes = async (
  shell: Shell,
  { diff, dryRun }: FixOptions,
  inputs: readonly Input[],
  { texts }: Fixed,
): Promise<WrittenFixes> => {
  if (diff === true) return { stdout: await diffOf(inputs, texts, 'fixed'), problems: [] };
  if (dryRun === true) return { stdout: undefined, problems: [] };
  const problems = inputs.flatMap(({ name, text }, index): readonly Diagnostic[] => {
    const fixed = texts[index] ?? text;
    if (name === stdinName || fixed === text) return [];
    return unwritten(name, shell.writeFile(name, fixed));
  });
  const isStdin = inputs.some(({ name }) => name === stdinName);
  return { stdout: isStdin ? joinOutputs(texts) : undefined, problems };
};

/** What `readInputs` calls standard input. */
const stdinName = 'stdin';
