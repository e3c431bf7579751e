import { type Problem, problem } from '../diagnostic.ts';
import { formatPath } from '../manifest/model/path.ts';
import type { MapValue } from '../manifest/model/value.ts';
import { itemsOf, nameOf } from '../manifest/object/pod.ts';

/** Of a kind that a settings file names an operator makes the pods, and may add the containers: no API server asks for them. */
export const checkOwnKind = (spec: MapValue, kind: string): readonly Problem[] =>
  itemsOf(spec['containers']).some((container) => nameOf(container) !== '')
    ? []
    : [problem('no-container-here', { kind }, ['spec', 'containers'])];

/** What the API server refuses in a pod may be right in an object of such a kind, which its operator reads. */
export const asOwnKind = (found: Problem, kind: string): Problem => {
  switch (found.code) {
    case 'duplicate-container':
    case 'invalid-restart-policy':
    case 'invalid-grace-period':
      return problem('unlike-a-pod', { kind, field: formatPath(found.path?.slice(1) ?? []) }, found.path);
    default:
      return found;
  }
};
