import { isJsonObject } from '../../../proxy/contract/json.ts';

/** Readers for JSON from an API server: what is not of the expected type is absent. */
export type Json = Readonly<Record<string, unknown>>;

export const jsonMap = (value: unknown): Json => (isJsonObject(value) ? value : {});
export const jsonList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
export const jsonText = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

export const jsonAt = (value: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>((current, key) => jsonMap(current)[key], value);
