import { fail, ok, type Result } from '../../proxy/contract/result.ts';
import { formatDiagnostic, type Problem, problem } from '../core/diagnostic.ts';
import { type HelmMajor, pluginFiles } from '../core/helm-plugin/plugin.ts';
import type { Outcome } from '../exit-code.ts';
import { wholeFile } from '../run/inputs.ts';
import type { Shell } from '../shell/shell.ts';

export interface HelmPluginOptions {
  readonly helm: string;
}

interface Helm {
  readonly program: string;
  readonly major: HelmMajor;
  readonly version: string;
  readonly pluginsFolder: string;
}

/** `daps helm-plugin install`: looks at `helm version`, then puts the plugin that this Helm can load into its folder. */
export const runHelmPluginInstall = async (shell: Shell, options: HelmPluginOptions): Promise<Outcome> => {
  const installed = await install(shell, options);
  if (installed.ok) shell.writeStdout(installed.value);
  else shell.writeStderr(`${formatDiagnostic({ problem: installed.error, place: wholeFile('') })}\n`);
  return installed.ok ? 'ok' : 'settings';
};

/** Returns what to say about the installed plugin. */
const install = async (shell: Shell, options: HelmPluginOptions): Promise<Result<string, Problem>> => {
  const asked = await askHelm(shell, options.helm);
  if (!asked.ok) return asked;
  const helm = asked.value;
  const bundle = shell.ownBundle();
  if (bundle === undefined) return fail(problem('no-bundle', {}));
  const other = helm.major === 4 ? await helm3In(shell, helm) : undefined;
  if (other !== undefined)
    return fail(
      problem('plugins-folder-of-helm-3', {
        program: other.program,
        version: other.version,
        folder: helm.pluginsFolder,
      }),
    );
  const node = await nodeFor(shell);
  if (node.includes(' ')) return fail(problem('unusable-node-path', { path: node, oldest: oldestNode.join('.') }));
  const folder = `${helm.pluginsFolder}/daps`;
  const files = pluginFiles({ major: helm.major, version: shell.version, node, bundle });
  for (const [name, text] of Object.entries(files)) {
    const path = `${folder}/${name}`;
    const written = shell.writeFile(path, text);
    if (!written.ok) return fail(problem('unwritable-plugin', { path, reason: written.reason }));
  }
  return ok(
    helm.major === 4
      ? `daps ${shell.version} is a post-renderer of Helm ${helm.version} now (${folder}).\nUse it: helm install NAME CHART --post-renderer daps\n`
      : `daps ${shell.version} is a plugin of Helm ${helm.version} now (${folder}).\nUse it: helm daps inject FILE\nHelm 3 post-renders with a program on PATH: helm install NAME CHART --post-renderer daps\n`,
  );
};

/** Asks a Helm for its version and its plugins folder. */
const askHelm = async (shell: Shell, program: string): Promise<Result<Helm, Problem>> => {
  const version = await shell.ask(program, ['version', '--template', '{{.Version}}']);
  if (version.kind === 'not-started') return fail(problem('no-helm', { program }));
  if (version.kind !== 'exited') return fail(problem('helm-failed', { program, message: 'a signal ended it' }));
  if (version.code !== 0) return fail(problem('helm-failed', { program, message: version.stderr.trim() }));
  const text = new TextDecoder().decode(version.stdout).trim();
  const major = /^v?([34])\./.exec(text)?.[1];
  if (major === undefined) return fail(problem('unknown-helm', { program, version: text }));
  const plugins = await shell.ask(program, ['env', 'HELM_PLUGINS']);
  const folders =
    plugins.kind === 'exited' && plugins.code === 0 ? new TextDecoder().decode(plugins.stdout).trim() : '';
  const pluginsFolder = withoutSlashes(folders.split(':')[0] ?? '');
  if (pluginsFolder === '') return fail(problem('no-plugins-folder', { program }));
  return ok({ program, major: major === '3' ? 3 : 4, version: text.replace(/^v/, ''), pluginsFolder });
};

/** A folder's path without slashes at its end; the root stays one. */
const withoutSlashes = (path: string): string => {
  let end = path.length;
  while (end > 1 && (path[end - 1] === '/' || path[end - 1] === '\\')) end -= 1;
  return path.slice(0, end);
};

/** A Helm 3 on PATH that would load the same folder: one Helm 4 manifest there stops it altogether. */
const helm3In = async (shell: Shell, helm: Helm): Promise<Helm | undefined> => {
  const programs = ['helm', 'helm3'].flatMap((name) => shell.findPrograms(name));
  for (const program of new Set(programs)) {
    const other = await askHelm(shell, program);
    if (other.ok && other.value.major === 3 && other.value.pluginsFolder === helm.pluginsFolder) return other.value;
  }
  return undefined;
};

const oldestNode = [22, 19] as const;

/** `node` where PATH has one that is new enough, so that it may be upgraded later; else the one that runs now. */
const nodeFor = async (shell: Shell): Promise<string> => {
  const ran = await shell.ask('node', ['--version']);
  const [, major, minor] =
    /^v(\d+)\.(\d+)/.exec(ran.kind === 'exited' ? new TextDecoder().decode(ran.stdout) : '') ?? [];
  const isNew = Number(major) > oldestNode[0] || (Number(major) === oldestNode[0] && Number(minor) >= oldestNode[1]);
  return isNew ? 'node' : shell.nodePath;
};
