import { isMapValue, isSeqValue, NumberValue, type Value } from '../../../cli/core/manifest/model/value.ts';

/** A value as `readObjects` gives it: integers that a number cannot hold digit by digit. */
export const kubectlValue = (value: Value): unknown => {
  if (value instanceof NumberValue) {
    const number = Number(value.number);
    return typeof value.number === 'bigint' && !Number.isSafeInteger(number)
      ? { $int: value.number.toString() }
      : number;
  }
  if (isSeqValue(value)) return value.map(kubectlValue);
  if (isMapValue(value))
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, kubectlValue(item)]));
  return value;
};
