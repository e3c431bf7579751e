import { formatDuration } from '../../../proxy/contract/duration.ts';
import { unreachable } from '../../../proxy/contract/unreachable.ts';
import { type Gate, gateOf } from '../plan/gate.ts';
import type { HttpTarget } from '../plan/http-target.ts';
import type { InjectFacts } from '../plan/plan.ts';
import { type Uncovered, uncoveredOf } from '../plan/uncovered.ts';

/** What will happen in the pods of an injected workload, a line each. */
export const coverageLines = (facts: InjectFacts): readonly string[] => {
  const uncovered = uncoveredLines(facts);
  return [
    `ready: ${gateWords(gateOf(facts), facts)}`,
    ...(facts.redelivery === 'uncertain' ? [deliveredOnce] : []),
    ...(uncovered.length === 0 ? [] : [`not covered: ${uncovered.join('; ')}`]),
  ];
};

/** What of a pod is as with plain Dapr, each as a part of a sentence. */
export const uncoveredLines = (facts: InjectFacts): readonly string[] => uncoveredOf(facts).map(uncoveredWords);

const deliveredOnce = 'delivered once: nothing is held when a pod goes, and daprd ends before the app';

const gateWords = ({ target, timeoutMs }: Gate, { dapr, hasExecProbe, settings }: InjectFacts): string => {
  const asked = targetWords(target, dapr.appHost);
  const instead =
    hasExecProbe && settings.readyPath === undefined ? ', for the sidecar cannot run its exec readinessProbe' : '';
  const latest = timeoutMs === 'never' ? 'however long it takes' : `at the latest after ${formatDuration(timeoutMs)}`;
  return `${asked}${instead}, ${latest}`;
};

/** A target in short, such as `GET :8080/hc`; a host is named where it is not the app's own. */
export const targetWords = ({ url }: HttpTarget, appHost: string): string => {
  const { protocol, hostname, port, pathname, search } = new URL(url);
  const scheme = protocol.slice(0, -1);
  const host = hostname === appHost || hostname === `[${appHost}]` ? '' : hostname;
  const at = `${host}:${port === '' ? { http: '80', https: '443' }[scheme] : port}`;
  switch (scheme) {
    case 'http':
      return `GET ${at}${pathname}${search}`;
    case 'https':
      return `GET https://${at}${pathname}${search}`;
    case 'grpc': {
      const service = decodeURIComponent(pathname.slice(1));
      return `gRPC health check of ${at}${service === '' ? '' : ` (${service})`}`;
    }
    default:
      return `connect to ${at}`;
  }
};

const uncoveredWords = (one: Uncovered): string => {
  switch (one.kind) {
    case 'protocol':
      return `${one.protocol} requests: none is held or sent again, and daprd ends before the app`;
    case 'exec-hook':
      return `the end of "${one.container}", which follows its own exec preStop hook`;
    case 'container':
      return `the end of "${one.container}", which follows its own preStop hook`;
    case 'killed-sidecar':
      return `a killed sidecar's deliveries of ${one.components.map((name) => `"${name}"`).join(', ')}, without an inbound retry`;
    default:
      return unreachable(one);
  }
};
