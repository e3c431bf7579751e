import { fail, ok, type Result } from '../../../proxy/contract/result.ts';
import { quote } from '../manifest/write/render.ts';
import { keyOf } from '../settings/workload-settings.ts';
import type { Fact } from './injector.ts';

const begin = '# daps capture: what follows, up to the end mark, is written anew by every "daps capture".';
const end = '# daps capture: end';

/** A settings file with the facts in it: in place of those of an earlier capture, else behind everything else. */
export const withFacts = (text: string, facts: readonly Fact[]): Result<string, string> => {
  const { before, after } = outside(text);
  const taken = facts
    .map(({ name }) => keyOf(name))
    .find((key) => new RegExp(`^"?${key}"?\\s*:`, 'm').test(before + after));
  if (taken !== undefined) return fail(taken);
  const gap = before === '' || before.endsWith('\n') ? '' : '\n';
  return ok(`${before}${gap}${[begin, ...facts.map(formatFact), end].join('\n')}\n${after}`);
};

/** What the user wrote around the facts. */
const outside = (text: string): { readonly before: string; readonly after: string } => {
  const start = text.indexOf(begin);
  const stop = start < 0 ? -1 : text.indexOf(end, start);
  if (stop < 0) return { before: text, after: '' };
  return { before: text.slice(0, start), after: text.slice(stop + end.length).replace(/^\r?\n/, '') };
};

const formatFact = ({ name, text, origin }: Fact): string => `# ${origin}\n${keyOf(name)}:${formatText(text)}`;

/** Lines as lines where they are plain ones, such as PEM; anything else in quotes. */
const formatText = (text: string): string => {
  const isPlain = /^[!-~][ -~]*(\n[ -~]+)+\n$/.test(text);
  return isPlain ? ` |\n${text.trimEnd().replaceAll(/^/gm, '  ')}` : ` ${quote(text)}`;
};
