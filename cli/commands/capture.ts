import { fail, ok, type Result } from '../../proxy/contract/result.ts';
import { type ControlPlane, controlPlaneFacts } from '../core/capture/control-plane.ts';
import { driftOf } from '../core/capture/drift.ts';
import type { Fact } from '../core/capture/injector.ts';
import { withFacts } from '../core/capture/settings-file.ts';
import { type Diagnostic, isError, type Problem, problem } from '../core/diagnostic.ts';
import { readSettingsFile, resolveRunSettings } from '../core/settings/resolve-run.ts';
import type { Outcome } from '../exit-code.ts';
import { readControlPlane } from '../run/control-plane.ts';
import { decode, readText, wholeFile } from '../run/inputs.ts';
import type { OutputOptions } from '../run/options.ts';
import { finish } from '../run/output.ts';
import { findUpward } from '../run/settings.ts';
import { readAnchors } from '../run/trust-anchors.ts';
import type { Shell } from '../shell/shell.ts';

export interface CaptureOptions extends OutputOptions {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly namespace?: string;
  readonly output?: string;
  readonly check?: boolean;
}

/** What was read of the cluster, what is to be said of it, and the file it is for. */
interface Captured {
  readonly path: string;
  readonly facts: readonly Fact[];
  readonly warnings: readonly Diagnostic[];
}

const located = (found: Problem): Diagnostic => ({ problem: found, place: wholeFile('') });

/** `daps capture`: the facts of a cluster into `.daps.yaml`, or with `--check` what has changed since. */
export const runCapture = async (shell: Shell, options: CaptureOptions): Promise<Outcome> => {
  const opened = await shell.openCluster({ kubeconfig: options.kubeconfig, context: options.context });
  if (!opened.ok)
    return finish(
      shell,
      options,
      [],
      [located(problem('no-cluster-access', { where: 'the kubeconfig', reason: opened.reason }))],
    );
  const found = await readControlPlane(opened.cluster, options.namespace);
  if (!found.ok) return finish(shell, options, [], found.error.map(located));
  const checked = checkBundle(shell, found.value);
  if (!checked.ok) return finish(shell, options, [], checked.error);
  const facts = controlPlaneFacts(found.value);
  const unknown = unknownFacts(facts);
  const path = options.output ?? findUpward(shell, '.daps.yaml') ?? '.daps.yaml';
  const captured: Captured = { path, facts, warnings: [...checked.value, ...unknown.map(located)] };
  return options.check === true ? check(shell, options, captured) : write(shell, options, captured);
};

/** What is written into manifests must be certificates and nothing else. */
const checkBundle = (shell: Shell, found: ControlPlane): Result<readonly Diagnostic[], readonly Diagnostic[]> => {
  const spelling = `ca.crt of ConfigMap ${found.namespace}/dapr-trust-bundle`;
  const anchors = readAnchors(shell, { source: { kind: 'pem', pem: found.trustBundle }, spelling });
  return anchors.ok ? ok(anchors.value.warnings) : fail(anchors.error);
};

const unknownFacts = (facts: readonly Fact[]): readonly Problem[] => {
  const has = (name: Fact['name']): boolean => facts.some((fact) => fact.name === name);
  return [
    ...(has('dapr-version') ? [] : [problem('unknown-cluster-fact', { key: 'daprVersion', example: '1.18.1' })]),
    ...(has('cluster-domain')
      ? []
      : [problem('unknown-cluster-fact', { key: 'clusterDomain', example: 'cluster.local' })]),
  ];
};

const write = (shell: Shell, options: CaptureOptions, { path, facts, warnings }: Captured): Outcome => {
  const old = path === '-' ? ok('') : readOld(shell, path);
  if (!old.ok) return finish(shell, options, [], [old.error]);
  const text = withFacts(old.value, facts);
  if (!text.ok) return finish(shell, options, [], [located(problem('captured-key-taken', { key: text.error, path }))]);
  if (path === '-') return finish(shell, options, undefined, warnings, text.value);
  const written = shell.writeFile(path, text.value);
  const failed = written.ok ? [] : [located(problem('unwritable-file', { path, reason: written.reason }))];
  const outcome = finish(shell, options, undefined, [...warnings, ...failed]);
  if (written.ok && options.quiet !== true)
    shell.writeStderr(`daps: ${facts.length} facts of the cluster are in ${path}\n`);
  return outcome;
};

/** A file that is not there is an empty one. */
const readOld = (shell: Shell, path: string): Result<string, Diagnostic> => {
  const read = shell.readFile(path);
  if (!read.ok) return ok('');
  const decoded = decode(path, read.bytes);
  return decoded.ok ? ok(decoded.value.text) : decoded;
};

const check = (shell: Shell, options: CaptureOptions, { path, facts, warnings }: Captured): Outcome => {
  const read = readText(shell, path);
  if (!read.ok) return finish(shell, options, [], [read.error]);
  const file = { path, text: read.value.text };
  const settings = resolveRunSettings({ flags: new Map(), functionConfig: undefined, environment: {}, file });
  if (!settings.ok) return finish(shell, options, [], settings.error);
  const anchors = readAnchors(shell, settings.value.anchors);
  if (!anchors.ok) return finish(shell, options, [], anchors.error);
  const texts = readSettingsFile(file);
  const used = anchors.value.anchors;
  const pem = used?.kind === 'pem' ? used.pem : used === undefined ? '' : undefined;
  const drift = driftOf(facts, (name) => texts.get(name)?.text, pem).map(located);
  const outcome = finish(shell, options, undefined, [...warnings, ...drift]);
  if (drift.length === 0 && options.quiet !== true) shell.writeStderr(`daps: ${path} says what the cluster says\n`);
  return outcome === 'ok' && drift.some((found) => !isError(found)) ? 'findings' : outcome;
};
