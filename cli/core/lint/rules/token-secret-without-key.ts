import { mapOf } from '../../manifest/object/pod.ts';
import { annotationPath, finding, onWorkloads } from '../rule/findings.ts';
import type { Rule } from '../rule/rule.ts';
import { isSameNamespace } from '../scene/relations.ts';

const tokens = ['dapr.io/api-token-secret', 'dapr.io/app-token-secret'];

export const tokenSecretWithoutKey: Rule = {
  id: 'token-secret-without-key',
  severity: 'error',
  topic: 'security',
  looksAt: ['workload', 'set'],
  summary: 'The Secret of a token has the key that daprd reads.',
  since: '0.1.0',
  check: onWorkloads((workload, { secrets }) =>
    tokens.flatMap((annotation) => {
      const name = workload.annotations.get(annotation) ?? '';
      const given = secrets.filter(
        ({ ref }) => ref.name === name && isSameNamespace(ref.namespace, workload.namespace),
      );
      const keys = given.flatMap(({ value }) =>
        [value['data'], value['stringData']].flatMap((data) => Object.keys(mapOf(data))),
      );
      return given.length === 0 || keys.includes('token')
        ? []
        : [
            finding(
              workload,
              annotationPath(workload, annotation),
              `${annotation} names the Secret "${name}", which has no key "token" (keys: ${keys.join(', ') || 'none'}), so the kubelet does not start daprd. Write the token in that Secret as stringData: {token: …}.`,
            ),
          ];
    }),
  ),
};
