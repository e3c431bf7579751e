export type Tone = 'plain' | 'good' | 'bad' | 'notice' | 'quiet' | 'strong';

export type Paint = (tone: Tone, text: string) => string;

const codes: Readonly<Record<Tone, string>> = {
  plain: '',
  good: '32',
  bad: '31',
  notice: '33',
  quiet: '2',
  strong: '1',
};

/** Colours, on a terminal and where nobody has set NO_COLOR. */
export const paintFor = ({ isTTY }: { readonly isTTY?: boolean }): Paint => {
  const isPlain = isTTY !== true || (process.env['NO_COLOR'] ?? '') !== '';
  return (tone, text) => (isPlain || codes[tone] === '' ? text : `\u001b[${codes[tone]}m${text}\u001b[0m`);
};
