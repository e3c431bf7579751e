import { valueAt } from '../../manifest/model/path.ts';
import { numberOf } from '../../manifest/object/pod.ts';
import { hasOneConsumer, isOn, named } from '../rule/component.ts';
import { finding } from '../rule/findings.ts';
import { fewestOfScaledObject } from '../rule/replicas.ts';
import type { Rule } from '../rule/rule.ts';
import { pubsubsFor, receiversOf, scaling } from '../scene/relations.ts';

export const scaleToZeroLosesQueue: Rule = {
  id: 'scale-to-zero-loses-queue',
  severity: 'error',
  topic: 'scaling',
  looksAt: ['ScaledObject', 'workload', 'Component'],
  summary: 'A queue outlives the pods of an app that scales to zero.',
  since: '0.1.0',
  check: (scene) =>
    scene.workloads.flatMap((workload) => {
      const component = pubsubsFor(scene, workload).find(
        (one) =>
          one.type === 'pubsub.rabbitmq' &&
          isOn(one, 'deletedWhenUnused', true) === true &&
          !(hasOneConsumer(one) && receiversOf(scene, one).length > 1),
      );
      const scaledObject = scaling(scene.scaledObjects, workload).find((one) => fewestOfScaledObject(one) === 0);
      if (component === undefined || scaledObject === undefined) return [];
      const idle = numberOf(valueAt(scaledObject.value, ['spec', 'idleReplicaCount'])) === 0;
      const field = idle ? 'idleReplicaCount' : 'minReplicaCount';
      return [
        finding(
          scaledObject,
          ['spec', field],
          `${named(workload)} scales to zero, and Component/${component.ref.name} has deletedWhenUnused: with the last pod RabbitMQ deletes the queue, what is published from then on is lost, and a trigger on that queue finds nothing to start a pod for. Write deletedWhenUnused: "false" in the Component.`,
        ),
      ];
    }),
};
