import { isMergeSource, type Node, type Pair, type ScalarNode } from '../../model/node.ts';
import { keyText, resolvePlain } from '../../model/scalar.ts';
import { GoYamlError } from './cursor.ts';

/** What was read of a pair. Offsets count from the document's start, those of nodes from the input's. */
export interface PairParts {
  readonly start: number;
  readonly key: Node | undefined;
  readonly colonEnd: number | undefined;
  /** Whether a `?` stands before the key. */
  readonly isExplicit: boolean;
  readonly value: Node | undefined;
}

/** JSON has no names but strings: a key that is null, a map or a list is refused (sigs.k8s.io/yaml yaml.go). */
export const makePair = ({ start, key, colonEnd, isExplicit, value }: PairParts, base: number): Pair => {
  const refuse = (reason: string): never => {
    throw new GoYamlError(reason, start);
  };
  const resolved = key?.kind === 'alias' ? key.target : key;
  if (key === undefined || resolved?.kind !== 'scalar') return refuse('a key that is no text');
  const isPlain = resolved.style === 'plain' && (resolved.tag === undefined || resolved.tag === '!');
  const isMerge =
    key.kind === 'scalar' && resolved.text === '<<' && (isPlain || resolved.tag === 'tag:yaml.org,2002:merge');
  if (isPlain && resolvePlain(resolved.text).type === 'null') refuse('a key that is null');
  if (isMerge && !isMergeSource(value ?? resolved)) refuse('a `<<` that is no map or list of maps');
  const behind = colonEnd === undefined ? key.end : base + colonEnd;
  return {
    key: isPlain && resolved.tag === undefined ? keyText(resolved.text) : resolved.text,
    start: base + start,
    keyStart: key.start,
    colonEnd: behind,
    value: value ?? emptyScalar(behind),
    odd: isExplicit || colonEnd === undefined || key.kind === 'alias' || key.start !== base + start,
    merge: isMerge,
  };
};

/** A value of which nothing is written, at an offset of the input. */
export const emptyScalar = (at: number): ScalarNode => ({
  kind: 'scalar',
  text: '',
  style: 'plain',
  start: at,
  end: at,
});
