import type { Scene, SceneObject } from '../scene/scene.ts';

/** The namespace an object goes to; empty where it is unknown. */
export const namespaceOf = ({ options }: Scene, { ref }: Pick<SceneObject, 'ref'>): string =>
  ref.namespace || options.namespace;
