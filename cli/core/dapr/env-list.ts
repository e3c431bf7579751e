import type { MapValue } from '../manifest/model/value.ts';
import { trimSpace } from './go-text.ts';
import { type DaprVersion, isAtLeast } from './version.ts';

export interface EnvList {
  /** The names, also of those that come to nothing: daprd may hand them to components. */
  readonly keys: readonly string[];
  readonly variables: readonly MapValue[];
}

const noVariables: EnvList = { keys: [], variables: [] };

/** A comma ends an item only where `NAME=` follows it. */
const separator = /,(?=[\t\n\f\r ]*[a-zA-Z_][a-zA-Z0-9_]*=)/;

/** `A=b, C=d` of `dapr.io/env` and `dapr.io/env-from-secret` (pkg/injector/patcher/sidecar_container.go). */
export const parseEnvList = (text: string, from: 'value' | 'secret', version: DaprVersion): EnvList => {
  if (text === '') return noVariables;
  const items = text
    .split(separator)
    .map(trimSpace)
    .filter((item) => item.includes('='));
  const read = isAtLeast(version, '1.16.2') ? items : items.filter((item) => item.split('=').length === 2);
  const pairs = read.map((item) => [item.slice(0, item.indexOf('=')), item.slice(item.indexOf('=') + 1)] as const);
  return {
    keys: pairs.map(([key]) => key),
    variables: pairs.flatMap(([key, value]) =>
      from === 'value' ? [variable(key, value)] : secretVariable(key, value),
    ),
  };
};

/** An empty value is left out, as Go's JSON does. */
export const variable = (name: string, value: string): MapValue => ({
  name,
  ...(value === '' ? {} : { value }),
});

/** `secret:key`, or one word for both; more colons than one make it nothing. */
const secretVariable = (name: string, value: string): readonly MapValue[] => {
  const parts = trimSpace(value).split(':').map(trimSpace);
  const [secret = '', key = secret] = parts;
  return parts.length > 2 ? [] : [{ name, valueFrom: { secretKeyRef: secretKey(secret, key) } }];
};

export const secretKey = (secret: string, key: string): MapValue => ({
  ...(secret === '' ? {} : { name: secret }),
  key,
});
