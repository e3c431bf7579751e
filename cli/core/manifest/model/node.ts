/**
 * A manifest's tree with the offsets of everything an edit may touch. All offsets count UTF-16 units from the start of
 * the whole input, so that an edit is a splice of that text.
 */
export type Node = MapNode | SeqNode | ScalarNode | AliasNode;

/** A parsed document: its root, and every node that an alias stands for. */
export interface Tree {
  readonly root: Node;
  readonly aliased: ReadonlySet<Node>;
  /** Why go-yaml, and with it kubectl, refuses the document, though YAML 1.2 takes it. */
  readonly refused?: string;
}

interface Placed {
  readonly start: number;
  /** Where the last character of content ends: before trailing comments, spaces and line ends. */
  readonly end: number;
  readonly anchor?: string;
}

export interface MapNode extends Placed {
  readonly kind: 'map';
  readonly flow: boolean;
  readonly pairs: readonly Pair[];
}

export interface Pair {
  /** The key as the API server reads it; undefined where it is not a scalar. */
  readonly key: string | undefined;
  /** The key's own node, an explicit `?` or properties of the key included. */
  readonly start: number;
  readonly keyStart: number;
  /** The offset after the `:`, where the value's part begins. */
  readonly colonEnd: number;
  readonly value: Node;
  /** An explicit `? key`, a key without `:`, or a key with an anchor or tag: never edited beside or below. */
  readonly odd: boolean;
  /** An unquoted `<<`: the value's keys are merged into this map. */
  readonly merge: boolean;
}

export interface SeqNode extends Placed {
  readonly kind: 'seq';
  readonly flow: boolean;
  readonly items: readonly Item[];
}

export interface Item {
  /** The `-` of a block item; the value (with its properties) in a flow sequence. */
  readonly start: number;
  readonly value: Node;
}

export interface ScalarNode extends Placed {
  readonly kind: 'scalar';
  readonly text: string;
  readonly style: 'plain' | 'quoted' | 'block';
  readonly tag?: string;
}

export interface AliasNode extends Placed {
  readonly kind: 'alias';
  readonly name: string;
  readonly target: Node | undefined;
}

/** The node an alias stands for; any other node itself. */
export const resolveAlias = (node: Node | undefined): Exclude<Node, AliasNode> | undefined => {
  let current = node;
  while (current?.kind === 'alias') current = current.target;
  return current;
};

/** Whether go-yaml merges a `<<` with this value: a map, or a list of maps; it refuses all else. */
export const isMergeSource = (value: Node): boolean => {
  if (value.kind === 'seq')
    return value.items.every(({ value: item }) => (item.kind === 'alias' ? item.target : item)?.kind === 'map');
  return (value.kind === 'alias' ? value.target : value)?.kind === 'map';
};
