import { isTruthy } from '../../dapr/truthy.ts';
import type { Component } from './scene.ts';

export const isStateStore = ({ type }: Component): boolean => type.startsWith('state.');

/** Whether a Component is a state store that daprd keeps actors, and so workflows, in. */
export const isActorStore = (component: Component): boolean =>
  isStateStore(component) && isTruthy(component.metadata.get('actorstatestore') ?? '');
