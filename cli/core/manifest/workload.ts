import type { ResourceRef } from '../resource-ref.ts';

/** A kind of object that has a pod template, and where: a path of keys, empty where the object is the pod itself. */
export interface WorkloadKind {
  readonly group: string;
  readonly kind: string;
  readonly path: readonly string[];
}

const template = ['spec', 'template'];

/** The kinds daps knows. More come from `workloads` in `.daps.yaml`. */
export const workloadKinds: readonly WorkloadKind[] = [
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

export const findWorkloadKind = (kinds: readonly WorkloadKind[], ref: ResourceRef): WorkloadKind | undefined =>
  kinds.find((known) => known.group === ref.group && known.kind === ref.kind);
