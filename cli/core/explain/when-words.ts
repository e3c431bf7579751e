import { formatDuration } from '../../../proxy/contract/duration.ts';
import { unreachable } from '../../../proxy/contract/unreachable.ts';
import { deleted, type NamedNumber, type When } from './timeline.ts';

/** When a moment is, such as `+5s` since the deletion, `at most 2m`; nothing where nobody knows. */
export const whenWords = (when: When): string => {
  switch (when.kind) {
    case 'unknown':
      return '';
    case 'at':
      return when.ms === 0 ? 't0' : `${when.since === deleted ? '+' : ''}${durationWords(when.ms)}`;
    case 'at-most':
      return `at most ${when.since === deleted ? '+' : ''}${durationWords(when.ms)}`;
    default:
      return unreachable(when);
  }
};

/** A duration as settings write it, but for parts of a second: `2.5s`. */
export const durationWords = (ms: number): string => {
  const [whole, part] = [Math.floor(ms / 60_000) * 60_000, ms % 60_000];
  return part % 1000 === 0 ? formatDuration(ms) : `${whole === 0 ? '' : formatDuration(whole)}${axisNumber(part)}s`;
};

/** Milliseconds as seconds, as short as they can be: `5`, `2.5`. */
export const axisNumber = (ms: number): string => String(Math.round(ms / 100) / 10);

/** What a number says, such as `at most 25s`. */
export const numberWords = ({ ms, bound }: Pick<NamedNumber, 'ms' | 'bound'>): string => {
  if (ms === undefined) return 'no limit';
  return bound === 'exactly' ? durationWords(ms) : `${bound.replace('-', ' ')} ${durationWords(ms)}`;
};
