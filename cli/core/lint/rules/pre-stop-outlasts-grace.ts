import { mapOf, numberOf } from '../../manifest/object/pod.ts';
import { finding, onWorkloads } from '../rule/findings.ts';
import { wordsOf } from '../rule/probe.ts';
import type { Rule } from '../rule/rule.ts';
import type { LintContainer } from '../scene/scene.ts';

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

/** How long a preStop hook sleeps at least; 0 where that is not certain, as in a loop. */
const sleepSeconds = ({ value }: LintContainer): number => {
  const hook = mapOf(mapOf(value['lifecycle'])['preStop']);
  const sleep = numberOf(mapOf(hook['sleep'])['seconds']);
  if (sleep !== undefined) return sleep;
  const text = wordsOf(mapOf(hook['exec'])['command']).join(' ');
  if (/\b(while|until|for|if|timeout|kill)\b|[|&]/.test(text.replaceAll('&&', ';'))) return 0;
  return [...text.matchAll(/(?<![\w-])sleep\s+(\d+(?:\.\d+)?)([smh]?)(?![\w.$])/g)].reduce(
    (sum, [, number = '', unit = '']) => sum + Number(number) * (unitSeconds[unit] ?? 1),
    0,
  );
};

export const preStopOutlastsGrace: Rule = {
  id: 'pre-stop-outlasts-grace',
  severity: 'warning',
  topic: 'shutdown',
  looksAt: ['workload'],
  summary: 'A preStop hook ends before the grace period.',
  since: '0.1.0',
  check: onWorkloads((workload) => {
    const { containers, graceSeconds } = workload;
    return containers.flatMap((container) => {
      const seconds = sleepSeconds(container);
      return seconds < graceSeconds || seconds === 0
        ? []
        : [
            finding(
              workload,
              [...container.path, 'lifecycle', 'preStop'],
              `the preStop hook of container "${container.name}" sleeps ${seconds} s, and the grace period is ${graceSeconds} s: the kubelet kills the container when the hook has used it up, and SIGTERM leaves it no time to end. Write terminationGracePeriodSeconds: ${Math.ceil(seconds) + 30}, or a shorter sleep.`,
            ),
          ];
    });
  }),
};
