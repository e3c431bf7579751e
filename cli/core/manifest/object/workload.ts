import { type Path, valueAt } from '../model/path.ts';
import type { MapValue, Value } from '../model/value.ts';
import type { ResourceRef } from './resource-ref.ts';

/** A kind of object that has a pod template, and where: a path of keys, empty where the object is the pod itself. */
export interface WorkloadKind {
  readonly group: string;
  readonly kind: string;
  readonly path: readonly string[];
  /** Where the template's labels and annotations stand, and its pod spec, below `path`; empty for the template itself. */
  readonly metadata: readonly string[];
  readonly spec: readonly string[];
}

/** A pod template as Kubernetes writes it. */
export const usualParts: Pick<WorkloadKind, 'metadata' | 'spec'> = { metadata: ['metadata'], spec: ['spec'] };

const template = ['spec', 'template'];

const known: readonly Pick<WorkloadKind, 'group' | 'kind' | 'path'>[] = [
  { group: 'apps', kind: 'Deployment', path: template },
  { group: 'apps', kind: 'StatefulSet', path: template },
  { group: 'apps', kind: 'DaemonSet', path: template },
  { group: 'apps', kind: 'ReplicaSet', path: template },
  { group: 'extensions', kind: 'Deployment', path: template },
  { group: 'extensions', kind: 'DaemonSet', path: template },
  { group: 'extensions', kind: 'ReplicaSet', path: template },
  { group: '', kind: 'ReplicationController', path: template },
  { group: 'batch', kind: 'Job', path: template },
  { group: 'batch', kind: 'CronJob', path: ['spec', 'jobTemplate', 'spec', 'template'] },
  { group: '', kind: 'Pod', path: [] },
  { group: 'argoproj.io', kind: 'Rollout', path: template },
  { group: 'keda.sh', kind: 'ScaledJob', path: ['spec', 'jobTargetRef', 'template'] },
  { group: 'apps.kruise.io', kind: 'CloneSet', path: template },
  { group: 'apps.openshift.io', kind: 'DeploymentConfig', path: template },
  { group: '', kind: 'DeploymentConfig', path: template },
];

/** The kinds daps knows. More come from `workloads` in `.daps.yaml`. */
export const workloadKinds: readonly WorkloadKind[] = known.map((kind) => ({ ...kind, ...usualParts }));

export const findWorkloadKind = (
  kinds: readonly WorkloadKind[],
  ref: Pick<ResourceRef, 'group' | 'kind'>,
): WorkloadKind | undefined => kinds.find(({ group, kind }) => group === ref.group && kind === ref.kind);

/** A path of a pod template, such as `spec.containers`, below the object that holds the template. */
export const pathInObject = (kind: WorkloadKind, [part, ...rest]: Path): Path => {
  if (part === undefined) return kind.path;
  const place = part === 'metadata' ? kind.metadata : part === 'spec' ? kind.spec : [part];
  return [...kind.path, ...place, ...rest];
};

/** The pod template of an object as Kubernetes would write it, whatever its parts are called there. */
export const templateOf = (object: Value, kind: WorkloadKind): MapValue => {
  const metadata = valueAt(object, pathInObject(kind, ['metadata']));
  const spec = valueAt(object, pathInObject(kind, ['spec']));
  return { ...(metadata === undefined ? {} : { metadata }), ...(spec === undefined ? {} : { spec }) };
};
