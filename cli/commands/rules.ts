import { unreachable } from '../../proxy/contract/unreachable.ts';
import { problem } from '../core/diagnostic.ts';
import { knownIds, listedRules } from '../core/lint/listed-rules.ts';
import { ruleJson, ruleMarkdown, ruleTable } from '../core/lint/rule-list.ts';
import { nearest } from '../core/nearest.ts';
import type { Outcome } from '../exit-code.ts';
import { wholeFile } from '../run/inputs.ts';
import { finish } from '../run/output.ts';
import type { Shell } from '../shell/shell.ts';

export interface RulesOptions {
  readonly format: 'table' | 'json' | 'markdown';
}

/** `daps rules [id]`: the list of rules, or the page of one. */
export const runRules = async (shell: Shell, id: string | undefined, { format }: RulesOptions): Promise<Outcome> => {
  if (id === undefined) {
    shell.writeStdout(listAs(format));
    return 'ok';
  }
  const page = await shell.rulePage(id);
  if (page !== undefined && knownIds.has(id)) {
    shell.writeStdout(page);
    return 'ok';
  }
  const found = problem('unknown-rule', { spelling: 'daps rules', rule: id, nearest: nearest(id, [...knownIds]) });
  return finish(shell, { color: 'auto' }, undefined, [{ problem: found, place: wholeFile('') }]);
};

const listAs = (format: RulesOptions['format']): string => {
  switch (format) {
    case 'table':
      return ruleTable(listedRules);
    case 'json':
      return ruleJson(listedRules);
    case 'markdown':
      return ruleMarkdown(listedRules);
    default:
      return unreachable(format);
  }
};
