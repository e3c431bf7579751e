import { isAtLeast } from '../../dapr/version.ts';
import { annotationPath, finding, onWorkloads } from '../rule/findings.ts';
import type { Rule } from '../rule/rule.ts';

export const appMaxConcurrencyGrpc: Rule = {
  id: 'app-max-concurrency-grpc',
  severity: 'warning',
  topic: 'delivery',
  looksAt: ['workload'],
  summary: 'A gRPC app limits its own concurrency.',
  since: '0.1.0',
  check: onWorkloads((workload) => {
    const { annotations, dapr, daprVersion } = workload;
    const text = annotations.get('dapr.io/app-max-concurrency') ?? '';
    const isGrpc = dapr.appProtocol === 'grpc' || dapr.appProtocol === 'grpcs';
    if (!isGrpc || dapr.appPort === undefined || !/^\+?0*[1-9]\d*$/.test(text)) return [];
    const hangs = daprVersion === undefined || !isAtLeast(daprVersion, '1.18.4');
    const bug = hangs
      ? ' Up to Dapr 1.18.3 it also gives back two places for each call and may then hang for good.'
      : '';
    return [
      finding(
        workload,
        annotationPath(workload, 'dapr.io/app-max-concurrency'),
        `dapr.io/app-max-concurrency is "${text}", and for a gRPC app daprd limits only service invocation and jobs by it: messages and bindings come without a limit.${bug} Remove the annotation, and limit the app itself or the component.`,
      ),
    ];
  }),
};
