import { valueAt } from '../../manifest/model/path.ts';
import { textOf } from '../../manifest/object/pod.ts';
import { hasOneConsumer, isOn, named } from '../rule/component.ts';
import { finding, metadataPath, onComponents } from '../rule/findings.ts';
import { fewestReplicas } from '../rule/replicas.ts';
import type { Rule } from '../rule/rule.ts';
import { receiversOf } from '../scene/relations.ts';
import type { LintWorkload, Scene } from '../scene/scene.ts';

export const rabbitmqQueueVanishes: Rule = {
  id: 'rabbitmq-queue-vanishes',
  severity: 'warning',
  topic: 'delivery',
  looksAt: ['Component', 'workload'],
  summary: 'A queue of RabbitMQ outlives its consumers.',
  since: '0.1.0',
  check: onComponents(['pubsub.rabbitmq'], (component, scene) => {
    if (isOn(component, 'deletedWhenUnused', true) !== true) return [];
    const receivers = receiversOf(scene, component);
    if (hasOneConsumer(component) && receivers.length > 1) return [];
    const found = receivers.flatMap((workload) => {
      const why = whyNobody(workload, scene);
      return why === undefined ? [] : [{ workload, why }];
    })[0];
    if (found === undefined) return [];
    const state = component.metadata.has('deletedwhenunused') ? 'true' : 'true by default';
    return [
      finding(
        component,
        metadataPath(component, 'deletedWhenUnused'),
        `deletedWhenUnused is ${state}, and ${named(found.workload)} ${found.why}: RabbitMQ then deletes the queue with every message in it. Write deletedWhenUnused: "false".`,
      ),
    ];
  }),
};

/** When nobody consumes from the queue; undefined where somebody always does, as far as is known. */
const whyNobody = (workload: LintWorkload, scene: Scene): string | undefined => {
  const isRecreated = textOf(valueAt(workload.value, ['spec', 'strategy', 'type'])) === 'Recreate';
  if (workload.ref.kind === 'Deployment' && isRecreated)
    return 'ends all its pods before it starts new ones (strategy Recreate)';
  const fewest = fewestReplicas(scene, workload);
  if (fewest === 0) return undefined; // scale-to-zero-loses-queue
  return fewest === 1 ? 'may have a single pod, which stops consuming when it crashes or moves' : undefined;
};
