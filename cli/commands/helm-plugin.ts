import { type HelmMajor, pluginFiles } from '../core/helm-plugin/plugin.ts';
import type { Outcome } from '../exit-code.ts';
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
  const helm = await askHelm(shell, options.helm);
  if (typeof helm === 'string') return refuse(shell, helm);
  const bundle = shell.ownBundle();
  if (bundle === undefined)
    return refuse(shell, 'daps runs from its sources and has no bundle to install. Type: npm run build');
  const neighbour = helm.major === 4 ? await helm3In(shell, helm) : undefined;
  if (neighbour !== undefined) {
    return refuse(
      shell,
      `${neighbour.program} is Helm ${neighbour.version} and uses the same plugins folder ${helm.pluginsFolder}: with a Helm 4 plugin in it every command of Helm 3 fails. Give Helm 4 a folder of its own, and export it for every Helm 4 call: HELM_PLUGINS="${helm.pluginsFolder}-4" daps helm-plugin install`,
    );
  }
  const folder = `${helm.pluginsFolder}/daps`;
  const node = await nodeFor(shell);
  if (node.includes(' ')) {
    return refuse(
      shell,
      `the only Node here that is new enough is ${node}, and Helm cannot start a path with a space. Put Node ${oldestNode.join('.')} or later on PATH.`,
    );
  }
  const files = pluginFiles({ major: helm.major, version: shell.version, node, bundle });
  for (const [name, text] of Object.entries(files)) {
    const written = shell.writeFile(`${folder}/${name}`, text);
    if (!written.ok)
      return refuse(
        shell,
        `${folder}/${name} cannot be written: ${written.reason}. Set HELM_PLUGINS to a folder of yours.`,
      );
  }
  shell.writeStdout(
    helm.major === 4
      ? `daps ${shell.version} is a post-renderer of Helm ${helm.version} now (${folder}).\nUse it: helm install NAME CHART --post-renderer daps\n`
      : `daps ${shell.version} is a plugin of Helm ${helm.version} now (${folder}).\nUse it: helm daps inject FILE\nHelm 3 post-renders with a program on PATH: helm install NAME CHART --post-renderer daps\n`,
  );
  return 'ok';
};

const refuse = (shell: Shell, message: string): Outcome => {
  shell.writeStderr(`daps: ${message}\n`);
  return 'settings';
};

/** What a Helm says of itself, or a sentence about why it says nothing. */
const askHelm = async (shell: Shell, program: string): Promise<Helm | string> => {
  const version = await shell.ask(program, ['version', '--template', '{{.Version}}']);
  if (version.kind === 'not-started')
    return `there is no program "${program}" on PATH. Install Helm, or name it: daps helm-plugin install --helm PATH`;
  if (version.kind !== 'exited' || version.code !== 0)
    return `"${program} version" failed${version.kind === 'exited' ? `: ${version.stderr.trim()}` : ''}. Mend Helm first.`;
  const text = new TextDecoder().decode(version.stdout).trim();
  const major = /^v?([34])\./.exec(text)?.[1];
  if (major === undefined) return `"${program} version" says "${text}"; daps knows Helm 3 and Helm 4.`;
  const plugins = await shell.ask(program, ['env', 'HELM_PLUGINS']);
  const folders =
    plugins.kind === 'exited' && plugins.code === 0 ? new TextDecoder().decode(plugins.stdout).trim() : '';
  const pluginsFolder = withoutSlashes(folders.split(':')[0] ?? '');
  if (pluginsFolder === '') return `"${program} env HELM_PLUGINS" names no folder. Set HELM_PLUGINS.`;
  return { program, major: major === '3' ? 3 : 4, version: text.replace(/^v/, ''), pluginsFolder };
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
    if (typeof other !== 'string' && other.major === 3 && other.pluginsFolder === helm.pluginsFolder) return other;
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
