/** What a run comes to, as the number the shell sees. */
export type Outcome = 'ok' | 'findings' | 'settings' | 'input' | 'bug';

export const exitCodes: Readonly<Record<Outcome, number>> = { ok: 0, findings: 1, settings: 2, input: 3, bug: 70 };

export const exitCode = (outcome: Outcome): number => exitCodes[outcome];
