import type { Place } from '../../diagnostic.ts';
import { helmSource } from '../../document/helm-source.ts';
import type { Node } from '../../manifest/model/node.ts';
import { formatPath, offsetOf, type Path } from '../../manifest/model/path.ts';
import type { ResourceRef } from '../../manifest/object/resource-ref.ts';
import type { Position } from '../../manifest/text/position.ts';

/** The document that an object was read from. */
export interface DocumentPlace {
  readonly input: string;
  /** Index of the input among all inputs, and of the document in it. */
  readonly inputIndex: number;
  /** Where the document starts in the input. */
  readonly start: number;
  readonly text: string;
  readonly root: Node;
  readonly positionOf: (offset: number) => Position;
}

/** An object in a document. */
export interface Spot {
  readonly document: DocumentPlace;
  /** Below the document's root: `items[2]` of a List, empty for an object of its own. */
  readonly objectPath: Path;
}

/** The place of a field of an object: of its key where there is one, else of the deepest part that exists. */
export const placeAt = ({ document, objectPath }: Spot, ref: ResourceRef, path: Path): Place => {
  const offset = offsetOf(document.root, [...objectPath, ...path]);
  const source = helmSource(document.text);
  return {
    input: document.input,
    ...document.positionOf(document.start + offset),
    ref,
    ...(source === undefined ? {} : { source }),
    ...(path.length === 0 ? {} : { field: formatPath(path) }),
  };
};
