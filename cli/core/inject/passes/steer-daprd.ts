import type { Change } from '../../manifest/write/change.ts';
import { nativeSidecarAnnotation } from '../../plan/steering.ts';
import type { Pass } from './pass.ts';

const annotation = (name: string, value: string): Extract<Change, { readonly op: 'set' }> => ({
  op: 'set',
  path: ['metadata', 'annotations', name],
  value,
});

/** daprd as a native sidecar, which the injector adds (dapr/dapr ≥ 1.18 pkg/injector/patcher). */
export const nativeSidecar = annotation(nativeSidecarAnnotation, 'true');

/** Points daprd at the daps sidecar. */
export const steerDaprd: Pass = ({ facts: { steered, daprd } }) => [
  ...[...steered].map(([name, value]) => annotation(name, value)),
  ...(daprd.by === 'injector' ? [nativeSidecar] : []),
];
