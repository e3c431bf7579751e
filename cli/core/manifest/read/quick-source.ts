import type { AliasNode, Node } from '../model/node.ts';

/** A document that the quick reader reads, and what it has learned of it so far. */
export interface Source {
  readonly text: string;
  /** The document's offset in the whole input. */
  readonly base: number;
  readonly anchors: Map<string, Node>;
  readonly aliased: Set<Node>;
}

/** Thrown where the quick reader leaves a document to the library. */
export const notPlain = Symbol('not plain');

export const giveUp = (): never => {
  throw notPlain;
};

/** More levels than this are left to the library, which bounds them. */
export const maxDepth = 100;

const alias = /\*(\w[\w.-]{0,250})(?=[ \r\n,\]}]|$)/y;
const anchor = /&(\w[\w.-]{0,250})(?=[ \r\n]|$)/y;

/** The text that a sticky pattern finds at an offset. */
export const matchAt = (pattern: RegExp, text: string, at: number): RegExpExecArray | undefined => {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? undefined;
};

export const skipSpaces = (text: string, from: number): number => {
  let at = from;
  while (text[at] === ' ') at += 1;
  return at;
};

/** The name behind a `&`. */
export const anchorAt = ({ text }: Source, at: number): string => matchAt(anchor, text, at)?.[1] ?? giveUp();

/** A node with its anchor, which aliases below it may name from now on. */
export const keepAnchor = ({ anchors }: Source, node: Node, name: string | undefined): Node => {
  if (name === undefined) return node;
  if (node.kind === 'alias') giveUp();
  const anchored = { ...node, anchor: name };
  anchors.set(name, anchored);
  return anchored;
};

/** The alias at an offset. What it stands for must have been read. */
export const readAlias = ({ text, base, anchors, aliased }: Source, at: number): AliasNode => {
  const name = matchAt(alias, text, at)?.[1] ?? giveUp();
  const target = anchors.get(name) ?? giveUp();
  aliased.add(target);
  return { kind: 'alias', name, target, start: base + at, end: base + at + 1 + name.length };
};

/** The end of the line an offset is on, before its line end: the quick reader knows LF and CRLF alone. */
export const lineEnd = (text: string, at: number): number => {
  const newline = text.indexOf('\n', at);
  if (newline < 0) return text.length;
  return newline > at && text[newline - 1] === '\r' ? newline - 1 : newline;
};

/** Where the next line starts; the text's end where there is none. */
export const nextLineStart = (text: string, at: number): number => {
  const newline = text.indexOf('\n', at);
  return newline < 0 ? text.length : newline + 1;
};
