import { parseDurationMs } from '../../../proxy/contract/duration.ts';
import { unreachable } from '../../../proxy/contract/unreachable.ts';
import { parseTolerations } from '../dapr/toleration.ts';
import { parseQuantity } from './quantity.ts';
import { correctMatch, parseMatch, splitMatches } from './workload-match.ts';

/** What a setting's text may be. */
export type SettingType =
  | { readonly kind: 'boolean' }
  | { readonly kind: 'text'; readonly pattern: RegExp; readonly example: string; readonly rule: string }
  | { readonly kind: 'duration'; readonly alsoNever?: boolean }
  | { readonly kind: 'count'; readonly min: number; readonly max: number }
  /** A limit of nothing is none. */
  | { readonly kind: 'quantity'; readonly example: string; readonly isLimit: boolean }
  | { readonly kind: 'tolerations' }
  /** `KIND/NAME` or `KIND/NAMESPACE/NAME`, several with commas between them. */
  | { readonly kind: 'workloads' }
  | {
      readonly kind: 'choice';
      readonly choices: readonly string[];
      /** Known words that are not in this version. */
      readonly later?: readonly string[];
    };

interface Wrong {
  readonly rule: string;
  readonly example: string;
}

/** What is wrong with a setting's text, as half a sentence and something to write instead; undefined when all is well. */
export const checkSetting = (type: SettingType, text: string): Wrong | undefined => {
  switch (type.kind) {
    case 'boolean':
      return text === 'true' || text === 'false'
        ? undefined
        : { rule: 'must be "true" or "false"', example: /^(n|no|f|off|0|false)$/i.test(text) ? 'false' : 'true' };
    case 'text':
      return type.pattern.test(text) ? undefined : { rule: type.rule, example: exampleFor(type, text) };
    case 'duration': {
      if (type.alsoNever === true && text === 'never') return undefined;
      if (parseDurationMs(text) !== undefined) return undefined;
      return { rule: 'must be a duration such as "5s" or "1m30s"', example: /^\d+$/.test(text) ? `${text}s` : '5s' };
    }
    case 'count': {
      const isCount = /^\d{1,9}$/.test(text) && Number(text) >= type.min && Number(text) <= type.max;
      return isCount
        ? undefined
        : { rule: `must be a whole number from ${type.min} to ${type.max}`, example: String(type.min + 2) };
    }
    case 'quantity':
      return checkQuantity(type, text);
    case 'tolerations':
      return parseTolerations(text) === undefined
        ? { rule: 'must be a JSON list of tolerations', example: '[{"key": "aws", "effect": "NoSchedule"}]' }
        : undefined;
    case 'workloads':
      return splitMatches(text).every((item) => parseMatch(item) !== undefined)
        ? undefined
        : {
            rule: 'must name workloads as KIND/NAME or KIND/NAMESPACE/NAME, in which * stands for any characters',
            example: splitMatches(text).map(correctMatch).join(','),
          };
    case 'choice':
      return type.choices.includes(text) || type.later?.includes(text) === true
        ? undefined
        : {
            rule: `must be ${type.choices.length === 1 ? '' : 'one of '}${type.choices.map((choice) => `"${choice}"`).join(', ')}`,
            example: type.choices[0] ?? '',
          };
  }
};

/** A path without its slash is the commonest slip: offer exactly what was meant. */
const exampleFor = (type: Extract<SettingType, { kind: 'text' }>, text: string): string => {
  const slashed = `/${text.trim()}`;
  return type.example.startsWith('/') && type.pattern.test(slashed) ? slashed : type.example;
};

const checkQuantity = (
  { example, isLimit }: Extract<SettingType, { kind: 'quantity' }>,
  text: string,
): Wrong | undefined => {
  const found = parseQuantity(text);
  if (found === undefined) return { rule: `must be a Kubernetes quantity such as "${example}"`, example };
  return isLimit && found === 0n ? { rule: 'must be more than 0', example } : undefined;
};

/** A value that a setting of this type can have, for those who gave none. */
export const exampleOf = (type: SettingType): string => {
  switch (type.kind) {
    case 'text':
    case 'quantity':
      return type.example;
    case 'workloads':
      return '[Deployment/api]';
    case 'boolean':
    case 'duration':
    case 'count':
    case 'tolerations':
    case 'choice':
      return checkSetting(type, '')?.example ?? '';
    default:
      return unreachable(type);
  }
};
