import { valueAt } from '../manifest/model/path.ts';
import { NumberValue, type Value } from '../manifest/model/value.ts';
import { itemsOf, nameOf, textOf } from '../manifest/object/pod.ts';

/** A scalar as daprd reads it from a component, where a number or a boolean may stand unquoted; empty for anything else. */
export const scalarText = (value: Value | undefined): string => {
  if (value instanceof NumberValue) return value.source;
  return typeof value === 'boolean' ? String(value) : (textOf(value) ?? '');
};

/** A Component's `spec.metadata`, names in lower case, as daprd reads them; a value from a Secret is an empty text. */
export const metadataOf = (component: Value): ReadonlyMap<string, string> =>
  new Map(
    itemsOf(valueAt(component, ['spec', 'metadata'])).map((item) => [
      nameOf(item).toLowerCase(),
      scalarText(item['value']),
    ]),
  );
