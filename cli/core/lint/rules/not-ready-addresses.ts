import { valueAt } from '../../manifest/model/path.ts';
import { isMapValue } from '../../manifest/model/value.ts';
import { finding } from '../rule/findings.ts';
import type { Rule } from '../rule/rule.ts';
import { isSameNamespace, selects } from '../scene/relations.ts';
import type { LintWorkload, SceneObject } from '../scene/scene.ts';

/** Whether a Service is one through which others call an app. That of a StatefulSet's own peers is not. */
const isServed = ({ ref, value }: SceneObject, workload: LintWorkload): boolean => {
  const selector = valueAt(value, ['spec', 'selector']);
  if (!isMapValue(selector) || Object.keys(selector).length === 0 || workload.dapr.appPort === undefined) return false;
  return (
    isSameNamespace(ref.namespace, workload.namespace) &&
    valueAt(workload.value, ['spec', 'serviceName']) !== ref.name &&
    selects({ matchLabels: selector }, workload) === true
  );
};

export const notReadyAddresses: Rule = {
  id: 'not-ready-addresses',
  severity: 'warning',
  topic: 'start-up',
  looksAt: ['Service', 'workload'],
  summary: 'A Service sends nothing to an app that is not ready.',
  since: '0.1.0',
  check: ({ services, workloads }) =>
    services.flatMap((service) => {
      if (valueAt(service.value, ['spec', 'publishNotReadyAddresses']) !== true) return [];
      const selected = workloads.find((workload) => isServed(service, workload));
      return selected === undefined
        ? []
        : [
            finding(
              service,
              ['spec', 'publishNotReadyAddresses'],
              `publishNotReadyAddresses is true, so callers of this Service reach pods of "${selected.ref.name}" before the app is ready and while it ends. Write publishNotReadyAddresses: false, or remove it.`,
            ),
          ];
    }),
};
