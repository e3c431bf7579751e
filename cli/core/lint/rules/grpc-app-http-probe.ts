import { finding, onWorkloads } from '../rule/findings.ts';
import { appPathOf, type ProbeName, probeOf } from '../rule/probe.ts';
import type { Rule } from '../rule/rule.ts';

const probeNames: readonly ProbeName[] = ['readinessProbe', 'livenessProbe', 'startupProbe'];

export const grpcAppHttpProbe: Rule = {
  id: 'grpc-app-http-probe',
  severity: 'warning',
  topic: 'start-up',
  looksAt: ['workload'],
  summary: 'The probes of a gRPC app speak gRPC.',
  since: '0.1.0',
  check: onWorkloads((workload) => {
    const { app, dapr } = workload;
    if (app === undefined || !dapr.appProtocol.startsWith('grpc')) return [];
    return probeNames.flatMap((name) => {
      const probe = probeOf(app, name);
      return probe === undefined || appPathOf(probe, workload, app) === undefined
        ? []
        : [
            finding(
              workload,
              [...app.path, name, 'httpGet'],
              `the ${name} of container "${app.name}" sends HTTP/1.1 to port ${dapr.appPort}, where dapr.io/app-protocol says the app speaks ${dapr.appProtocol}; a port that speaks gRPC only never answers it. Write grpc: {port: ${dapr.appPort}}, or probe a port that speaks HTTP.`,
            ),
          ];
    });
  }),
};
