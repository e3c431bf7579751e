import type { DaprdParts } from '../../dapr/daprd-parts.ts';
import type { Path } from '../../manifest/model/path.ts';
import type { Change, NamedItem } from '../../manifest/write/change.ts';
import type { Pass } from './pass.ts';

/** daprd itself, where the cluster's injector is not to add it. */
export const daprd: Pass = ({ facts }) => {
  if (facts.daprd.by === 'injector') return [];
  const { parts } = facts.daprd;
  const { appProtocol } = facts.dapr;
  const isTls = appProtocol === 'https' || appProtocol === 'grpcs';
  return inlineDaprd(isTls ? withProtocol(parts, appProtocol) : parts);
};

/** Apps that read their protocol go on with what they speak, whatever daprd is told. */
const withProtocol = (parts: DaprdParts, protocol: string): DaprdParts => ({
  ...parts,
  containers: parts.containers.map((container) => ({
    ...container,
    env: container.env.map((item) => (item.name === 'APP_PROTOCOL' ? { ...item, value: protocol } : item)),
  })),
});

/** Everything a pod gets for its daprd, as changes of the pod template. */
export const inlineDaprd = (parts: DaprdParts): readonly Change[] => [
  { op: 'merge', path: ['metadata', 'labels'], entries: parts.labels, before: 'annotations' },
  ...parts.containers.flatMap(({ name, env, volumeMounts }) => [
    ...prepend(['spec', 'containers', { name }, 'env'], env),
    ...prepend(['spec', 'containers', { name }, 'volumeMounts'], volumeMounts),
  ]),
  ...prepend(['spec', 'volumes'], parts.volumes),
  {
    op: 'insert',
    path: ['spec', 'initContainers'],
    behind: parts.behind,
    before: 'containers',
    items: parts.sidecars,
  },
];

const prepend = (path: Path, items: readonly NamedItem[]): readonly Change[] =>
  items.length === 0 ? [] : [{ op: 'insert', path, items }];
