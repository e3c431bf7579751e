import { itemsOf, nameOf, textOf } from '../../manifest/object/pod.ts';
import { isLoopback } from '../../plan/http-target.ts';
import { finding, onWorkloads } from '../rule/findings.ts';
import type { Rule } from '../rule/rule.ts';

const endpoints = ['DAPR_HTTP_ENDPOINT', 'DAPR_GRPC_ENDPOINT'];

/** The host of `https://host:443`, `host:50001` or `dns://8.8.8.8/host:50001`; undefined where it is not written out. */
const hostOf = (text: string): string | undefined =>
  text.includes('$(')
    ? undefined
    : /^(?:[a-z]+:\/\/\/?(?:[^/]+\/(?=[^/]+:\d))?)?(\[[^\]]+\]|[^:/?]+)/i.exec(text.trim())?.[1];

export const endpointElsewhere: Rule = {
  id: 'endpoint-elsewhere',
  severity: 'warning',
  topic: 'security',
  looksAt: ['workload'],
  summary: 'An app with a daprd calls its own.',
  since: '0.1.0',
  check: onWorkloads((workload) =>
    workload.containers.flatMap(({ name, value, path }) =>
      itemsOf(value['env']).flatMap((variable) => {
        const text = textOf(variable['value']) ?? '';
        const host = endpoints.includes(nameOf(variable)) ? hostOf(text) : undefined;
        return host === undefined || isLoopback(host)
          ? []
          : [
              finding(
                workload,
                [...path, 'env', { name: nameOf(variable) }],
                `${nameOf(variable)} of container "${name}" is "${text}", which is not the daprd of this pod: calls leave the pod past its sidecar, its token and its drain. Remove the variable, or dapr.io/enabled where no daprd is meant to be here.`,
              ),
            ];
      }),
    ),
  ),
};
