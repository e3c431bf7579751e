const decimal = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 } as const;
const binary = { Ki: 10n, Mi: 20n, Gi: 30n, Ti: 40n, Pi: 50n, Ei: 60n } as const;
const pattern = /^(\d*)(?:\.(\d*))?(?:([numkMGTPE]?)|([KMGTPE]i)|[eE]([-+]?\d+))$/;

/** Beyond it the API server writes its greatest quantity; no power of ten is greater. */
const mostDigits = 60;

/**
 * A quantity as the API server reads it (k8s.io/apimachinery pkg/api/resource `ParseQuantity`), in billionths, which are
 * the smallest that it keeps: what is less is rounded up. No sign, and at least one digit; undefined for anything else.
 */
export const parseQuantity = (text: string): bigint | undefined => {
  const match = pattern.exec(text);
  if (match === null || !/^\.?\d/.test(text)) return undefined;
  const [, whole = '', fraction = '', suffix = '', power = '', exponent = '0'] = match;
  const factor = power in binary ? 2n ** binary[power as keyof typeof binary] : 1n;
  const shift = 9 - fraction.length + decimal[suffix as keyof typeof decimal] + Number(exponent);
  const digits = BigInt(whole + fraction) * factor;
  if (digits === 0n) return 0n;
  if (shift > mostDigits) return 10n ** BigInt(mostDigits);
  if (shift >= 0) return digits * 10n ** BigInt(shift);
  if (-shift > String(digits).length) return 1n;
  const divisor = 10n ** BigInt(-shift);
  return (digits + divisor - 1n) / divisor;
};
