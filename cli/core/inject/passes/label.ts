import type { Pass } from '../pass.ts';

/** The label that PodMonitors and admission policies select by. */
export const label: Pass = () => [
  { op: 'set', path: ['metadata', 'labels', 'daps.io/injected'], value: 'true', before: 'annotations' },
];
