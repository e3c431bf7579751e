import { finding, onWorkloads } from '../rule/findings.ts';
import { allAtOnce } from '../rule/rollout.ts';
import type { Rule } from '../rule/rule.ts';
import { isActorStore } from '../scene/actor-store.ts';
import { componentsFor } from '../scene/relations.ts';

export const workflowRollsAtOnce: Rule = {
  id: 'workflow-rolls-at-once',
  severity: 'note',
  topic: 'actors',
  looksAt: ['workload', 'Component', 'set'],
  summary: 'A rollout leaves some host of actors and workflows.',
  since: '0.1.0',
  check: onWorkloads((workload, scene) => {
    const cause = (workload.replicas ?? 1) > 1 ? allAtOnce(workload, scene) : undefined;
    const store = componentsFor(scene, workload).find(isActorStore);
    return cause === undefined || store === undefined
      ? []
      : [
          finding(
            workload,
            ['spec', 'strategy'],
            `${cause}, and "${workload.appId}" loads the actor state store "${store.ref.name}": at a rollout all its actors and workflows lose their host at once, and workflow activities that were running run again. Write strategy: {type: RollingUpdate, rollingUpdate: {maxUnavailable: 1}}.`,
          ),
        ];
  }),
};
