import { type Problem, problem } from '../diagnostic.ts';
import type { Annotations } from './annotations.ts';

export interface ApiRule {
  readonly name: string;
  readonly version: string;
  readonly protocol: string;
}

/** What a Configuration says of daprd's APIs (`spec.api`). */
export interface ApiAllowlist {
  readonly name: string;
  /** Empty where it names none. */
  readonly namespace: string;
  readonly allowed: readonly ApiRule[];
  readonly denied: readonly ApiRule[];
}

const annotation = 'dapr.io/config';

/** The Configuration of a workload, where the stream has it. */
const allowlistOf = (
  { texts }: Annotations,
  allowlists: readonly ApiAllowlist[],
  namespace: string,
): ApiAllowlist | undefined => {
  const name = texts.get(annotation);
  return allowlists.find(
    (one) => one.name === name && (one.namespace === '' || namespace === '' || one.namespace === namespace),
  );
};

/** Whether the workload's Configuration keeps the sidecar from ending daprd, as far as the stream tells. */
export const refusesShutdown = (
  annotations: Annotations,
  allowlists: readonly ApiAllowlist[],
  namespace: string,
): boolean => {
  const mine = allowlistOf(annotations, allowlists, namespace);
  return mine !== undefined && lacksShutdown(mine);
};

const lacksShutdown = (allowlist: ApiAllowlist): boolean =>
  refuses(allowlist, 'shutdown', 'http') && refuses(allowlist, 'shutdown', 'grpc');

/** Says which of the APIs that the sidecar needs the workload's Configuration refuses, where the stream has that. */
export const checkAllowlist = (
  annotations: Annotations,
  allowlists: readonly ApiAllowlist[],
  namespace: string,
): readonly Problem[] => {
  const mine = allowlistOf(annotations, allowlists, namespace);
  if (mine === undefined) return [];
  const apis = [
    ...(lacksShutdown(mine) ? ['shutdown'] : []),
    ...(refuses(mine, 'metadata', 'http') ? ['metadata'] : []),
  ];
  const path = [...annotations.path, annotation];
  return apis.length === 0 ? [] : [problem('api-allowlist', { configuration: mine.name, apis }, path)];
};

/** As daprd does (Dapr 1.18.1, pkg/api/http/endpoints/endpoint.go, `IsAllowed`, and pkg/api/grpc/endpoints.go). */
const refuses = ({ allowed, denied }: ApiAllowlist, api: string, protocol: 'http' | 'grpc'): boolean => {
  const isOf = (rule: ApiRule): boolean =>
    (protocol === 'http' ? rule.protocol.toLowerCase() : rule.protocol) === protocol;
  const names = (rule: ApiRule): boolean =>
    protocol === 'grpc'
      ? rule.name === api && rule.version === 'v1'
      : (rule.name === api && rule.version === 'v1') || `v1.0/${api}`.startsWith(`${rule.version}/${rule.name}`);
  const [allowedHere, deniedHere] = [allowed.filter(isOf), denied.filter(isOf)];
  return deniedHere.some(names) || (allowedHere.length > 0 && !allowedHere.some(names));
};
