import { parseDurationMs } from '../../../proxy/contract/duration.ts';
import { parseTolerations } from '../dapr/toleration.ts';
import { parseQuantity } from './quantity.ts';
import { correctMatch, parseMatch, splitMatches } from './workload-match.ts';

/** What is wrong with a setting's text, as half a sentence, and a text to write instead. */
export interface WrongText {
  readonly rule: string;
  readonly example: string;
}

/** The values that a setting can have, as data: for schemas. */
export type SettingValues =
  | { readonly kind: 'boolean' | 'quantity' | 'tolerations' | 'workloads' }
  | { readonly kind: 'text'; readonly pattern: RegExp }
  | { readonly kind: 'duration'; readonly alsoNever?: boolean }
  | { readonly kind: 'count'; readonly min: number; readonly max: number }
  | { readonly kind: 'choice'; readonly choices: readonly string[] };

/** The values that a setting can have. */
export type SettingType = SettingValues & SettingText;

interface SettingText {
  /** How help names a value: `duration`, `true|false`. */
  readonly valueName: string;
  /** A value for somebody who gave none, as a settings file writes it. */
  readonly example: string;
  /** Whether a flag may be repeated: its texts are joined with commas. */
  readonly isRepeatable?: boolean;
  /** Returns undefined for a text that the setting can have. */
  readonly check: (text: string) => WrongText | undefined;
}

export const boolean: SettingType = {
  kind: 'boolean',
  valueName: 'true|false',
  example: 'true',
  check: (text) =>
    text === 'true' || text === 'false'
      ? undefined
      : { rule: 'must be "true" or "false"', example: /^(n|no|f|off|0|false)$/i.test(text) ? 'false' : 'true' },
};

/** Text of a pattern; `rule` says what it must be. */
export const text = (pattern: RegExp, example: string, rule: string): SettingType => ({
  kind: 'text',
  pattern,
  valueName: 'text',
  example,
  check: (found) => (pattern.test(found) ? undefined : { rule, example: withSlash(pattern, example, found) }),
});

/** A path without its slash is the commonest slip: the example is then exactly what was meant. */
const withSlash = (pattern: RegExp, example: string, found: string): string => {
  const slashed = `/${found.trim()}`;
  return example.startsWith('/') && pattern.test(slashed) ? slashed : example;
};

export const duration: SettingType = {
  kind: 'duration',
  valueName: 'duration',
  example: '5s',
  check: (found) =>
    parseDurationMs(found) === undefined
      ? { rule: 'must be a duration such as "5s" or "1m30s"', example: /^\d+$/.test(found) ? `${found}s` : '5s' }
      : undefined,
};

export const durationOrNever: SettingType = {
  ...duration,
  kind: 'duration',
  alsoNever: true,
  valueName: 'duration|never',
  check: (found) => (found === 'never' ? undefined : duration.check(found)),
};

export const count = (min: number, max: number): SettingType => {
  const wrong: WrongText = { rule: `must be a whole number from ${min} to ${max}`, example: String(min + 2) };
  return {
    kind: 'count',
    min,
    max,
    valueName: 'count',
    example: wrong.example,
    check: (found) => (/^\d{1,9}$/.test(found) && Number(found) >= min && Number(found) <= max ? undefined : wrong),
  };
};

export const quantity = (example: string): SettingType => ({
  kind: 'quantity',
  valueName: 'quantity',
  example,
  check: (found) =>
    parseQuantity(found) === undefined
      ? { rule: `must be a Kubernetes quantity such as "${example}"`, example }
      : undefined,
});

/** A limit of 0 is no limit to Kubernetes, so it is refused. */
export const limit = (example: string): SettingType => {
  const { check, ...type } = quantity(example);
  return {
    ...type,
    check: (found) =>
      check(found) ?? (parseQuantity(found) === 0n ? { rule: 'must be more than 0', example } : undefined),
  };
};

export const tolerations: SettingType = {
  kind: 'tolerations',
  valueName: 'json',
  example: '[{"key": "aws", "effect": "NoSchedule"}]',
  check: (found) =>
    parseTolerations(found) === undefined
      ? { rule: 'must be a JSON list of tolerations', example: tolerations.example }
      : undefined,
};

/** `KIND/NAME` or `KIND/NAMESPACE/NAME`, several with commas between them. */
export const workloads: SettingType = {
  kind: 'workloads',
  valueName: 'workload',
  example: '[Deployment/api]',
  isRepeatable: true,
  check: (found) =>
    splitMatches(found).every((item) => parseMatch(item) !== undefined)
      ? undefined
      : {
          rule: 'must name workloads as KIND/NAME or KIND/NAMESPACE/NAME, in which * stands for any characters',
          example: splitMatches(found).map(correctMatch).join(','),
        },
};

/** One of several words. `later` are words for things that this version does not have. */
export const choice = (
  choices: readonly [string, ...(readonly string[])],
  later: readonly string[] = [],
): SettingType => {
  const [example] = choices;
  const words = choices.map((one) => `"${one}"`).join(', ');
  const wrong: WrongText = { rule: `must be ${choices.length === 1 ? '' : 'one of '}${words}`, example };
  return {
    kind: 'choice',
    choices,
    valueName: choices.join('|'),
    example,
    check: (found) => (choices.includes(found) || later.includes(found) ? undefined : wrong),
  };
};
