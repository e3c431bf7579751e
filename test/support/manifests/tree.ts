/** A value that is to be written: what it means, not how it looks. */
export type Tree =
  | { readonly kind: 'text'; readonly text: string }
  /** Numbers, booleans and null in one of their spellings. */
  | { readonly kind: 'typed'; readonly source: string }
  /** Text that may be written in any way, whatever becomes of its line ends. */
  | { readonly kind: 'prose'; readonly lines: readonly string[] }
  | MapTree
  | { readonly kind: 'seq'; readonly items: readonly Tree[] }
  /** Written with an anchor where it stands first, as an alias after that. */
  | { readonly kind: 'shared'; readonly name: string; readonly tree: Tree };

export interface MapTree {
  readonly kind: 'map';
  readonly entries: readonly Entry[];
}

/** A key `<<` is written plain: a merge. */
export type Entry = readonly [key: string, value: Tree];

export const text = (value: string): Tree => ({ kind: 'text', text: value });
export const typed = (source: string | number | boolean): Tree => ({ kind: 'typed', source: String(source) });
export const seq = (...items: readonly Tree[]): Tree => ({ kind: 'seq', items });
export const map = (entries: Readonly<Record<string, Tree>> | readonly Entry[]): MapTree => ({
  kind: 'map',
  entries: Array.isArray(entries) ? (entries as readonly Entry[]) : Object.entries(entries),
});
export const shared = (name: string, tree: Tree): Tree => ({ kind: 'shared', name, tree });
export const isEmpty = (tree: Tree): boolean =>
  (tree.kind === 'map' && tree.entries.length === 0) || (tree.kind === 'seq' && tree.items.length === 0);
