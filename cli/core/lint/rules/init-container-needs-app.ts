import { finding, onWorkloads } from '../rule/findings.ts';
import { wordsOf } from '../rule/probe.ts';
import type { Rule } from '../rule/rule.ts';
import type { LintContainer, LintWorkload } from '../scene/scene.ts';

/** What of the app an init container calls over and over or with a client; one that serves the port itself is left alone. */
const askedOfApp = ({ value }: LintContainer, { appId, dapr }: LintWorkload): string | undefined => {
  const text = ['command', 'args'].flatMap((key) => wordsOf(value[key])).join(' ');
  if (/[^&]&([^&]|$)/.test(text) || !/\b(curl|wget|nc|until|while|wait-for)\b/.test(text)) return undefined;
  const invoke = `/v1.0/invoke/${appId}/`;
  if (text.includes(invoke)) return invoke;
  return new RegExp(`\\b(localhost|127\\.0\\.0\\.1)[\\s:]${dapr.appPort}\\b`).exec(text)?.[0];
};

export const initContainerNeedsApp: Rule = {
  id: 'init-container-needs-app',
  severity: 'error',
  topic: 'start-up',
  looksAt: ['workload'],
  summary: 'No init container waits for the app of its own pod.',
  since: '0.1.0',
  check: onWorkloads((workload) => {
    const { app, initContainers } = workload;
    if (app === undefined) return [];
    return initContainers
      .filter(({ value }) => value['restartPolicy'] !== 'Always' && value['image'] !== app.value['image'])
      .flatMap((container) => {
        const asked = askedOfApp(container, workload);
        return asked === undefined
          ? []
          : [
              finding(
                workload,
                container.path,
                `init container "${container.name}" calls ${asked}, which is the app of this pod, and the app starts after all init containers, so the pod never starts. Move the call into the app, or into a Job of its own.`,
              ),
            ];
      });
  }),
};
