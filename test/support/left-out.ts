const sentences: string[] = [];

/** Notes what this run leaves out, why, and how to run it. */
export const leaveOut = (sentence: string): void => void sentences.push(`left out: ${sentence}`);

/** What was left out so far. */
export const leftOut = (): readonly string[] => sentences;
