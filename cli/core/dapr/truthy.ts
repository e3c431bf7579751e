const truthyWords = new Set(['y', 'yes', 'true', 't', 'on', '1']);

/** Dapr's own reading of a boolean annotation (dapr/kit strings/strings.go `IsTruthy`). */
export const isTruthy = (text: string): boolean => truthyWords.has(text.trim().toLowerCase());
