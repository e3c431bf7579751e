import type { Input } from '../core/inject/inputs.ts';

/** What was changed, as a unified diff. `label` says what the new text is. */
export const diffOf = async (
  inputs: readonly Input[],
  outputs: readonly string[],
  label: 'injected' | 'fixed' = 'injected',
): Promise<string> => {
  const { createTwoFilesPatch } = await import('diff');
  return inputs
    .map(({ name, text }, index) => [name, text, outputs[index] ?? ''] as const)
    .filter(([, before, after]) => before !== after)
    .map(([name, before, after]) =>
      createTwoFilesPatch(name, `${name} (${label})`, before, after, undefined, undefined, {
        headerOptions: { includeIndex: false, includeUnderline: false, includeFileHeaders: true },
      }),
    )
    .join('');
};
