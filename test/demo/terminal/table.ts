import { type Column, type Score, titles } from '../column.ts';
import type { Paint } from './paint.ts';

interface Row {
  readonly key: keyof Score;
  readonly words: string;
  /** Whether anything but 0 is bad. */
  readonly isHarm: boolean;
}

const rows: readonly Row[] = [
  { key: 'sent', words: 'messages sent', isHarm: false },
  { key: 'finished', words: 'finished', isHarm: false },
  { key: 'lost', words: 'lost', isHarm: true },
  { key: 'doubled', words: 'finished twice', isHarm: true },
  { key: 'cut', words: 'cut in mid-work', isHarm: true },
  { key: 'beforeReady', words: 'delivered before ready', isHarm: true },
];

const wordsWidth = 24;
const width = 16;

export const table = (columns: readonly Column[], paint: Paint): string => {
  const head = columns.map(({ name }) => paint('strong', titles[name].padStart(width))).join('');
  const rule = paint('quiet', '─'.repeat(wordsWidth + width * columns.length));
  const lines = rows.map(({ key, words, isHarm }) => {
    const cells = columns.map(({ score }) => {
      const tone = !isHarm ? 'plain' : score[key] > 0 ? 'bad' : 'good';
      return paint(tone, String(score[key]).padStart(width));
    });
    return `  ${words.padEnd(wordsWidth)}${cells.join('')}`;
  });
  return `\n  ${' '.repeat(wordsWidth)}${head}\n  ${rule}\n${lines.join('\n')}\n`;
};
