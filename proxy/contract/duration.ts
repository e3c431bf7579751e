const unitMs: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
]);

/** A duration as Go writes it ("5s", "1m30s", "500ms"; "0" alone is zero) in milliseconds; undefined for anything else. */
export const parseDurationMs = (text: string): number | undefined => {
  if (text === '0') return 0;
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) return undefined;
  let sumMs = 0;
  for (const [, number = '', , unit = ''] of text.matchAll(/(\d+(\.\d+)?)(ms|s|m|h)/gy)) {
    sumMs += Number(number) * (unitMs.get(unit) ?? Number.NaN);
  }
  return Number.isSafeInteger(Math.round(sumMs)) ? Math.round(sumMs) : undefined;
};

/** Milliseconds as the shortest text of that form: 90000 → "1m30s". */
export const formatDuration = (durationMs: number): string => {
  if (durationMs === 0) return '0s';
  const parts: string[] = [];
  let leftMs = durationMs;
  for (const [unit, sizeMs] of [...unitMs].reverse()) {
    const count = Math.floor(leftMs / sizeMs);
    if (count > 0) parts.push(`${count}${unit}`);
    leftMs -= count * sizeMs;
  }
  return parts.join('');
};
