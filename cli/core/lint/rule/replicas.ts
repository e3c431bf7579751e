import { valueAt } from '../../manifest/model/path.ts';
import { numberOf } from '../../manifest/object/pod.ts';
import { scaling } from '../scene/relations.ts';
import type { LintWorkload, Scene, SceneObject } from '../scene/scene.ts';

/** Kinds that run one pod where `spec.replicas` is absent. */
const scalable = new Set(['Deployment', 'StatefulSet', 'ReplicaSet', 'ReplicationController', 'Rollout', 'CloneSet']);

/** The fewest pods a ScaledObject leaves (KEDA: `minReplicaCount` is 0 by default). */
export const fewestOfScaledObject = ({ value }: SceneObject): number =>
  numberOf(valueAt(value, ['spec', 'idleReplicaCount'])) ?? numberOf(valueAt(value, ['spec', 'minReplicaCount'])) ?? 0;

/** The fewest pods a workload is meant to have; undefined where that depends on nodes, or on something unknown. */
export const fewestReplicas = (scene: Scene, workload: LintWorkload): number | undefined => {
  const [scaledObject] = scaling(scene.scaledObjects, workload);
  if (scaledObject !== undefined) return fewestOfScaledObject(scaledObject);
  const [autoscaler] = scaling(scene.autoscalers, workload);
  if (autoscaler !== undefined) return numberOf(valueAt(autoscaler.value, ['spec', 'minReplicas'])) ?? 1;
  return workload.replicas ?? (scalable.has(workload.ref.kind) ? 1 : undefined);
};
