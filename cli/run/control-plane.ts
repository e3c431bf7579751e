import { fail, ok, type Result } from '../../proxy/contract/result.ts';
import { type ControlPlane, controlPlaneSelector, namespacesOf } from '../core/capture/control-plane.ts';
import { jsonAt, jsonList, jsonText } from '../core/capture/json.ts';
import { type Problem, problem } from '../core/diagnostic.ts';
import type { Cluster, ClusterAnswer } from '../shell/shell.ts';

type Found<T> = Result<T, readonly Problem[]>;

/** Reads what daps needs to know of a control plane. Every request is one that the example's RBAC allows. */
export const readControlPlane = async (cluster: Cluster, wanted: string | undefined): Promise<Found<ControlPlane>> => {
  const version = need(await cluster.get('/version'), 'the version', cluster);
  if (!version.ok) return version;
  const deployments = await findDeployments(cluster, wanted);
  if (!deployments.ok) return deployments;
  const [namespace, ...others] = namespacesOf(deployments.value);
  if (namespace === undefined) return fail([problem('no-dapr', { where: wanted ?? '' })]);
  if (others.length > 0) return fail([problem('several-daprs', { namespaces: [namespace, ...others] })]);
  const bundle = optional(
    await cluster.get(`/api/v1/namespaces/${namespace}/configmaps/dapr-trust-bundle`),
    `ConfigMap ${namespace}/dapr-trust-bundle`,
    cluster,
  );
  const configuration = optional(
    await cluster.get(`/apis/dapr.io/v1alpha1/namespaces/${namespace}/configurations/daprsystem`),
    `Configuration ${namespace}/daprsystem`,
    cluster,
  );
  const scheduler = optional(
    await cluster.get(`/apis/apps/v1/namespaces/${namespace}/statefulsets/dapr-scheduler-server`),
    `StatefulSet ${namespace}/dapr-scheduler-server`,
    cluster,
  );
  if (!bundle.ok || !configuration.ok || !scheduler.ok)
    return fail([bundle, configuration, scheduler].flatMap((one) => (one.ok ? [] : one.error)));
  const trustBundle = jsonText(jsonAt(bundle.value, 'data', 'ca.crt'));
  if (trustBundle === undefined || trustBundle === '') return fail([problem('no-trust-bundle', { namespace })]);
  return ok({
    namespace,
    deployments: deployments.value,
    configuration: configuration.value,
    scheduler: scheduler.value,
    trustBundle,
    kubeVersion: jsonText(jsonAt(version.value, 'gitVersion')) ?? '',
  });
};

const usualNamespace = 'dapr-system';

/** In all namespaces; where that is not allowed, in the one that Dapr is usually installed in. */
const findDeployments = async (cluster: Cluster, namespace: string | undefined): Promise<Found<readonly unknown[]>> => {
  const list = (where: string): Promise<ClusterAnswer> =>
    cluster.get(`/apis/apps/v1/${where}deployments?labelSelector=${encodeURIComponent(controlPlaneSelector)}`);
  const within = (name: string): Promise<ClusterAnswer> => list(`namespaces/${name}/`);
  const everywhere = namespace === undefined ? await list('') : await within(namespace);
  const isDenied = namespace === undefined && everywhere.kind === 'denied';
  const answer = isDenied ? await within(usualNamespace) : everywhere;
  const body = need(
    answer,
    `the Deployments in ${namespace ?? (isDenied ? usualNamespace : 'all namespaces')}`,
    cluster,
  );
  if (!body.ok) return body;
  return ok(jsonList(jsonAt(body.value, 'items')));
};

/** Something that must be there. */
const need = (answer: ClusterAnswer, what: string, cluster: Cluster): Found<unknown> => {
  const found = optional(answer, what, cluster);
  if (!found.ok || found.value !== undefined) return found;
  return fail([problem('no-cluster-access', { where: cluster.server, reason: `it does not know ${what}` })]);
};

/** Something that may be missing. */
const optional = (answer: ClusterAnswer, what: string, { server }: Cluster): Found<unknown> => {
  switch (answer.kind) {
    case 'found':
      return ok(answer.body);
    case 'missing':
      return ok(undefined);
    case 'denied':
      return fail([problem('cluster-access-denied', { what, message: answer.message })]);
    case 'failed':
      return fail([problem('no-cluster-access', { where: server, reason: answer.reason })]);
  }
};
