import { finding } from '../rule/findings.ts';
import type { Rule } from '../rule/rule.ts';
import type { SceneObject } from '../scene/scene.ts';

export const componentDefinedTwice: Rule = {
  id: 'component-defined-twice',
  severity: 'warning',
  topic: 'delivery',
  looksAt: ['set'],
  summary: 'A Component, Subscription, Resiliency or Configuration is defined once.',
  since: '0.1.0',
  check: ({ components, subscriptions, resiliencies, configurations }) =>
    [components, subscriptions, resiliencies, configurations].flatMap((objects) =>
      objects.flatMap((object, index) => {
        const first = objects.slice(0, index).find((other) => isSame(object, other));
        if (first === undefined) return [];
        const { document } = first.spot;
        const { line } = document.positionOf(document.start);
        return [
          finding(
            object,
            ['metadata', 'name'],
            `${object.ref.kind}/${object.ref.name} is defined before, in the document from line ${line} on: the cluster keeps only the one that is applied last. Remove one of them, or give it another name.`,
          ),
        ];
      }),
    ),
};

/** In one file: copies in other files are often for other environments. */
const isSame = (a: SceneObject, b: SceneObject): boolean =>
  a.ref.name !== '' &&
  a.ref.name === b.ref.name &&
  a.ref.namespace === b.ref.namespace &&
  a.spot.document.inputIndex === b.spot.document.inputIndex;
