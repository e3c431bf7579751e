import { isLoopback } from '../../plan/http-target.ts';
import { annotationPath, finding, onWorkloads } from '../rule/findings.ts';
import type { Rule } from '../rule/rule.ts';

export const remoteChannelWithoutPolicy: Rule = {
  id: 'remote-channel-without-policy',
  severity: 'note',
  topic: 'standalone',
  looksAt: ['workload'],
  summary: 'An app in another pod than its daprd knows who calls it.',
  since: '0.1.0',
  check: onWorkloads((workload, scene) => {
    const { dapr, annotations } = workload;
    const hasToken = (annotations.get('dapr.io/app-token-secret') ?? '') !== '';
    if (dapr.appPort === undefined || isLoopback(dapr.appHost) || hasToken) return [];
    if (scene.networkPolicies.length > 0) return [];
    return [
      finding(
        workload,
        annotationPath(workload, 'dapr.io/app-channel-address'),
        `dapr.io/app-channel-address is "${dapr.appHost}", another pod: every pod of the cluster can call the app there as daprd does, and no NetworkPolicy was found. Write dapr.io/app-token-secret and check the token in the app, or add a NetworkPolicy that lets only daprd in.`,
      ),
    ];
  }),
};
