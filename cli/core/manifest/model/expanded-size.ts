import { type MapNode, type Node, resolveAlias, type Tree } from './node.ts';

/** Aliases can multiply a small text into a huge value: they may add this many nodes to a document. */
const maxAdded = 500_000;
/**
 * Levels of maps and lists in each other. Everything that goes through a document has room for them on its stack; the
 * API server's own objects are nested some twenty levels deep.
 */
export const maxLevels = 500;

interface Size {
  readonly nodes: number;
  readonly depth: number;
}

/**
 * Whether a document stays small when its aliases and merge keys are written out. Takes time for the text's own nodes
 * only, so that everything behind it may follow aliases without a look at what they multiply to.
 */
export const findExcess = ({ root, aliased }: Tree): 'too-many-nodes' | 'too-deep' | undefined => {
  if (aliased.size === 0) return undefined;
  const known = new Map<Node, Size>();
  const sizeOf = (node: Node, level: number): Size => {
    const resolved = resolveAlias(node);
    if (resolved === undefined) return { nodes: 1, depth: 1 };
    if (level > maxLevels) return { nodes: 1, depth: level };
    const found = known.get(resolved) ?? sum(childrenOf(resolved).map((child) => sizeOf(child, level + 1)));
    known.set(resolved, found);
    return found;
  };
  const { nodes, depth } = sizeOf(root, 1);
  if (depth > maxLevels) return 'too-deep';
  return nodes - known.size > maxAdded ? 'too-many-nodes' : undefined;
};

const sum = (sizes: readonly Size[]): Size =>
  sizes.reduce((all, { nodes, depth }) => ({ nodes: all.nodes + nodes, depth: Math.max(all.depth, depth + 1) }), {
    nodes: 1,
    depth: 1,
  });

const childrenOf = (node: Exclude<Node, { readonly kind: 'alias' }>): readonly Node[] => {
  switch (node.kind) {
    case 'scalar':
      return [];
    case 'seq':
      return node.items.map(({ value }) => value);
    case 'map':
      return node.pairs.flatMap(({ merge, value }): readonly Node[] => (merge ? mergeSources(value) : [value]));
  }
};

/** The maps a `<<` brings in, the weakest first. */
export const mergeSources = (value: Node): readonly MapNode[] => {
  const resolved = resolveAlias(value);
  if (resolved?.kind === 'map') return [resolved];
  if (resolved?.kind !== 'seq') return [];
  return resolved.items
    .map((item) => resolveAlias(item.value))
    .filter((node) => node?.kind === 'map')
    .reverse();
};
