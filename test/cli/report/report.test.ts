import { expect } from 'chai';
import { makeReport } from '../../../cli/core/report/report.ts';
import { inject } from '../../support/cli/daps.ts';

/** A pod with an app container of these fields, and one beside it. */
const pod = (app: string, annotations = '', beside = ''): string => `apiVersion: v1
kind: Pod
metadata:
  name: shop
  annotations: {dapr.io/enabled: "true", dapr.io/app-id: shop, dapr.io/app-port: "8080"${annotations}}
spec:
  containers:
  - {name: app, image: app:1, ports: [{containerPort: 8080}]${app}}
  - {name: log, image: log:1${beside}}
`;

const hook = ', lifecycle: {preStop: {exec: {command: [sleep, "9"]}}}';

const reportedPod = (text: string) => {
  const { entries, diagnostics } = inject(text);
  const [workload] = makeReport('1.2.3', entries, diagnostics).workloads;
  return workload ?? {};
};

describe('the report for programs', () => {
  const gates: readonly (readonly [what: string, text: string, ready: object])[] = [
    ['a TCP connect', pod(''), { asks: 'connect to :8080', latestSeconds: 120 }],
    [
      'a lifted probe',
      pod(', readinessProbe: {httpGet: {path: "/hc?deep=1", port: 8080}}'),
      { asks: 'GET :8080/hc?deep=1', latestSeconds: 120 },
    ],
    [
      'a probe of another host, by TLS and its usual port',
      pod(', readinessProbe: {httpGet: {host: shop.example, scheme: HTTPS, port: 443}}'),
      { asks: 'GET https://shop.example:443/', latestSeconds: 120 },
    ],
    [
      'a gRPC probe of a service',
      pod(', readinessProbe: {grpc: {port: 9000, service: shop.Orders}}'),
      { asks: 'gRPC health check of :9000 (shop.Orders)', latestSeconds: 120 },
    ],
    ['a path, which has no end', pod('', ', daps.io/ready-path: /up'), { asks: 'GET :8080/up' }],
    [
      'a path with an end',
      pod('', ', daps.io/ready-path: /up, daps.io/ready-timeout: 90s'),
      { asks: 'GET :8080/up', latestSeconds: 90 },
    ],
  ];
  for (const [what, text, ready] of gates)
    it(`says what opens the gate: ${what}`, () => expect(reportedPod(text)).to.deep.include({ ready }));

  it('says what daps does not look after', () => {
    const container = { kind: 'container', container: 'log' };
    expect(reportedPod(pod(''))).to.deep.include({ notCovered: [] });
    expect(reportedPod(pod('', '', hook))).to.deep.include({ notCovered: [container] });
    expect(reportedPod(pod(hook, ', dapr.io/app-protocol: grpc', hook))).to.deep.include({
      notCovered: [{ kind: 'protocol', protocol: 'grpc' }, { kind: 'exec-hook', container: 'app' }, container],
    });
  });
});
