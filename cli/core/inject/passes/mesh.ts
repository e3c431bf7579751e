import type { Pass } from './pass.ts';

/** Keeps the sidecar's control port out of the service mesh that the pod is in. */
export const mesh: Pass = ({ facts: { exclusion } }) =>
  exclusion === undefined
    ? []
    : [{ op: 'set', path: ['metadata', 'annotations', exclusion.annotation], value: exclusion.text }];
