import { finding, onWorkloads } from '../rule/findings.ts';
import { wordsOf } from '../rule/probe.ts';
import type { Rule } from '../rule/rule.ts';
import type { LintContainer } from '../scene/scene.ts';

const shells = /^(\/(usr\/)?bin\/)?(sh|dash|ash|bash)$/;
const packageManagers = /^(\/(usr\/)?(local\/)?bin\/)?(npm|yarn|pnpm)$/;

interface Found {
  readonly key: 'command' | 'args';
  readonly words: string;
}

/** What stands between the kubelet and the app as process 1; undefined where nothing is seen there. */
const processOne = ({ value }: LintContainer): Found | undefined => {
  const command = wordsOf(value['command']);
  const [first = '', ...rest] = [...command, ...wordsOf(value['args'])];
  const key = command.length === 0 ? 'args' : 'command';
  if (packageManagers.test(first))
    return {
      key,
      words: `is started by ${first}, which keeps SIGTERM to itself, so the app is killed at the end of the grace period. Start the app itself, such as command: ["node", "index.js"].`,
    };
  const flag = rest.findIndex((word) => /^-[a-z]*c$/.test(word));
  const script = rest[flag + 1];
  if (!shells.test(first) || flag < 0 || script === undefined || !isKept(script, first)) return undefined;
  return {
    key,
    words: `is started by ${first} -c, and the shell may stay process 1: it passes no SIGTERM on, and the app is then killed at the end of the grace period. Write exec before the last command of the script.`,
  };
};

/** Whether a shell stays above what it runs. Bash gives its place to a last command that is on its own; others may not. */
const isKept = (script: string, shell: string): boolean => {
  if (/\b(exec|trap|tini|dumb-init)\b/.test(script)) return false;
  return !shell.endsWith('bash') || /[^|]\|[^|]/.test(script) || /[^&]&\s*(\n|wait|$)/.test(script);
};

export const shellSwallowsSigterm: Rule = {
  id: 'shell-swallows-sigterm',
  severity: 'warning',
  topic: 'shutdown',
  looksAt: ['workload'],
  summary: 'SIGTERM reaches the app.',
  since: '0.1.0',
  check: onWorkloads((workload) => {
    const { app, spec } = workload;
    if (app === undefined || spec['shareProcessNamespace'] === true) return [];
    const found = processOne(app);
    return found === undefined
      ? []
      : [finding(workload, [...app.path, found.key], `container "${app.name}" ${found.words}`)];
  }),
};
