/**
 * Scalars as the API server reads them: go-yaml v2's rules, not YAML 1.2's.
 * Source: go.yaml.in/yaml/v2 resolve.go (`resolve`, `resolveMap`, `yamlStyleFloat`), which sigs.k8s.io/yaml uses.
 */
export type Typed =
  | { readonly type: 'null' }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'int'; readonly value: bigint }
  | { readonly type: 'float'; readonly value: number }
  | { readonly type: 'string'; readonly value: string };

const trueWords = new Set('y Y yes Yes YES true True TRUE on On ON'.split(' '));
const falseWords = new Set('n N no No NO false False FALSE off Off OFF'.split(' '));
const nullWords = new Set(['', '~', 'null', 'Null', 'NULL']);
const specialFloats = new Map<string, number>([
  ...['.nan', '.NaN', '.NAN'].map((word) => [word, Number.NaN] as const),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map((word) => [word, Number.POSITIVE_INFINITY] as const),
  ...['-.inf', '-.Inf', '-.INF'].map((word) => [word, Number.NEGATIVE_INFINITY] as const),
]);
const floatPattern = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;
const dotFloatPattern = /^\.[0-9](_?[0-9])*([eE][-+]?[0-9](_?[0-9])*)?$/;
const timestampPattern =
  /^\d{4}-\d{1,2}-\d{1,2}(([Tt]\d{1,2}:\d{1,2}:\d{1,2}(\.\d+)?(Z|[-+]\d\d:\d\d))|( \d{1,2}:\d{1,2}:\d{1,2}(\.\d+)?))?$/;
const maxUint64 = 2n ** 64n - 1n;
const minInt64 = -(2n ** 63n);

/** What an unquoted, untagged scalar means. */
export const resolvePlain = (text: string): Typed => {
  if (nullWords.has(text)) return { type: 'null' };
  if (trueWords.has(text)) return { type: 'bool', value: true };
  if (falseWords.has(text)) return { type: 'bool', value: false };
  const special = specialFloats.get(text);
  if (special !== undefined) return { type: 'float', value: special };
  const digits = text.replaceAll('_', '');
  if (text.startsWith('.')) return dotFloatPattern.test(text) ? float(digits, text) : string(text);
  if (!/^[-+0-9]/.test(text) || timestampPattern.test(text)) return string(text);
  const int = parseGoInt(digits);
  if (int !== undefined) return { type: 'int', value: int };
  return floatPattern.test(digits) ? float(digits, text) : string(text);
};

/** Go's `strconv.ParseInt(text, 0, 64)`, then `ParseUint`: `0644` and `0o644` are octal, `0x1F` and `0b11` work. */
const parseGoInt = (text: string): bigint | undefined => {
  const match = /^([-+]?)(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*)$/.exec(text);
  if (match === null) return undefined;
  const [, sign = '', body = ''] = match;
  const magnitude = BigInt(/^0[0-7]/.test(body) ? `0o${body.slice(1)}` : body.toLowerCase());
  const value = sign === '-' ? -magnitude : magnitude;
  if (value < minInt64 || value > maxUint64 || (sign === '+' && value >= 2n ** 63n)) return undefined;
  return value;
};

/** Go refuses what a float64 cannot hold, and the text stays a string. */
const float = (digits: string, text: string): Typed =>
  Number.isFinite(Number(digits)) ? { type: 'float', value: Number(digits) } : string(text);

const string = (value: string): Typed => ({ type: 'string', value });

const coreTag = 'tag:yaml.org,2002:';

/** What a scalar with a tag means (resolve.go `resolve`); undefined where go-yaml refuses it. */
export const resolveTagged = (tag: string, text: string): Typed | undefined => {
  if (!tag.startsWith(coreTag)) return string(text);
  const wanted = tag.slice(coreTag.length);
  switch (wanted) {
    case 'null':
    case 'bool':
    case 'int': {
      const typed = resolvePlain(text);
      return typed.type === wanted ? typed : undefined;
    }
    case 'float': {
      const typed = resolvePlain(text);
      if (typed.type === 'int') return { type: 'float', value: Number(typed.value) };
      return typed.type === 'float' ? typed : undefined;
    }
    case 'timestamp':
      return timestampPattern.test(text) ? string(text) : undefined;
    case 'binary':
      return decodeBase64(text);
    default:
      return string(text);
  }
};

const decodeBase64 = (text: string): Typed | undefined => {
  const digits = text.replaceAll(/[\r\n]/g, '');
  if (digits.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(digits)) return undefined;
  const bytes = Uint8Array.from(atob(digits), (character) => character.charCodeAt(0));
  return string(new TextDecoder().decode(bytes));
};

/** JSON knows string keys only: `on:` becomes "true", `1:` becomes "1" (sigs.k8s.io/yaml yaml.go `convertToJSONableObject`). */
export const keyText = (text: string): string => {
  const typed = resolvePlain(text);
  switch (typed.type) {
    case 'bool':
    case 'int':
      return String(typed.value);
    case 'null':
    case 'float':
    case 'string':
      return text;
  }
};
