import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../sources.ts';

/** The page of a rule, as `daps rules ID` prints it. */
export const pageOf = (rule: string): string => readFileSync(join(root, `cli/core/lint/rules/${rule}.md`), 'utf8');

/** The manifest below a heading of a rule's page; empty where there is none. */
export const manifestOf = (rule: string, heading: 'Bad' | 'Good'): string =>
  new RegExp(`^## ${heading}\n[\\s\\S]*?\`\`\`yaml\n([\\s\\S]*?)\`\`\``, 'm').exec(pageOf(rule))?.[1] ?? '';
