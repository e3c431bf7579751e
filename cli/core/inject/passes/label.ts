import type { Pass } from './pass.ts';

/** The label that PodMonitors and admission policies select by. */
export const label: Pass = () => [
  { op: 'merge', path: ['metadata', 'labels'], entries: { 'daps.io/injected': 'true' }, before: 'annotations' },
];
