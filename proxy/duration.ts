const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** A duration as Go writes it ("1m30s", "500ms"), in milliseconds; undefined for anything else. */
export const parseDurationMs = (text: string): number | undefined => {
  if (text === '0') return 0;
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) return undefined;
  return [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/gy)].reduce(
    (sum, [, number = '0', unit = '']) => sum + Number(number) * (unitMs[unit] ?? 0),
    0,
  );
};
