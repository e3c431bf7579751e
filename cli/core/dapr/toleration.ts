import type { Toleration } from './cluster.ts';

/** A JSON list of tolerations; undefined where it is none, in which case Dapr's injector knows none (service/config.go). */
export const parseTolerations = (text: string): readonly Toleration[] | undefined => {
  try {
    const list: unknown = JSON.parse(text);
    if (!Array.isArray(list)) return undefined;
    const read = list.map(readToleration);
    return read.every((item) => item !== undefined) ? read : undefined;
  } catch {
    return undefined;
  }
};

const readToleration = (item: unknown): Toleration | undefined => {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return undefined;
  const fields = new Map(Object.entries(item));
  const texts = (['key', 'operator', 'value', 'effect'] as const).map(
    (name) => [name, fields.get(name) ?? ''] as const,
  );
  return texts.every(([, text]) => typeof text === 'string')
    ? (Object.fromEntries(texts) as unknown as Toleration)
    : undefined;
};
