import { fail, ok, type Result } from '../../proxy/contract/result.ts';
import type { TrustAnchors } from '../core/dapr/cluster.ts';
import { readCertificates } from '../core/dapr/trust-anchors.ts';
import { type Diagnostic, type Problem, problem } from '../core/diagnostic.ts';
import type { RunSettings } from '../core/settings/resolve-run.ts';
import type { Shell } from '../shell/shell.ts';
import { readText } from './inputs.ts';

/** What reading trust anchors needs of the world. */
export type AnchorShell = Pick<Shell, 'readFile' | 'inspectCertificate' | 'now'>;

interface Anchors {
  readonly anchors: TrustAnchors | undefined;
  readonly warnings: readonly Diagnostic[];
}

const whole = (found: Problem): Diagnostic => ({ problem: found, place: { input: '', line: 0, column: 0 } });

/** Reads the trust anchors a run has, and makes sure that they are certificates and nothing else. */
export const readAnchors = (
  shell: AnchorShell,
  wanted: RunSettings['anchors'],
): Result<Anchors, readonly Diagnostic[]> => {
  if (wanted === undefined) return ok({ anchors: undefined, warnings: [] });
  const { source, spelling } = wanted;
  if (source.kind === 'config-map') return ok({ anchors: source, warnings: [] });
  const read = source.kind === 'pem' ? ok({ text: source.pem }) : readText(shell, source.path);
  if (!read.ok) return fail([read.error]);
  const { text } = read.value;
  const certificates = checkPem(shell, text, source.kind === 'pem' ? spelling : `${spelling} (${source.path})`);
  if (!certificates.ok) return fail([whole(certificates.error)]);
  return ok({ anchors: { kind: 'pem', pem: text }, warnings: certificates.value.map(whole) });
};

const dayMs = 86_400_000;
const soonDays = 30;

/** An old root stands beside a new one while they are changed, so one that has expired is a warning. */
const checkPem = (shell: AnchorShell, pem: string, spelling: string): Result<readonly Problem[], Problem> => {
  const blocks = readCertificates(pem);
  if (!blocks.ok) return fail(problem('invalid-trust-anchors', { spelling, ...blocks.error }));
  const warnings: Problem[] = [];
  for (const block of blocks.value) {
    const certificate = shell.inspectCertificate(block);
    if (certificate === undefined)
      return fail(
        problem('invalid-trust-anchors', {
          spelling,
          reason: 'a certificate in it cannot be read, and daprd would not start',
          advice: 'Look at it with: openssl x509 -noout -text -in ca.crt',
        }),
      );
    warnings.push(...expiry(certificate.subject, certificate.validToMs, shell.now()));
  }
  return ok(warnings);
};

const expiry = (subject: string, validToMs: number, nowMs: number): readonly Problem[] => {
  const date = new Date(validToMs).toISOString().slice(0, 10);
  const days = Math.ceil((validToMs - nowMs) / dayMs);
  if (validToMs <= nowMs) return [problem('expired-trust-anchor', { subject, date })];
  return days <= soonDays ? [problem('expiring-trust-anchor', { subject, date, days })] : [];
};
