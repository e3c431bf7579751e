import { type Problem, problem } from '../diagnostic.ts';
import type { MapValue } from '../manifest/value.ts';
import { itemsOf, nameOf } from './pod.ts';

/** Of a kind that a settings file names an operator makes the pods, and may add the containers: no API server asks for them. */
export const checkOwnKind = (spec: MapValue, kind: string): readonly Problem[] =>
  itemsOf(spec['containers']).some((container) => nameOf(container) !== '')
    ? []
    : [problem('no-container-here', { kind }, ['spec', 'containers'])];
