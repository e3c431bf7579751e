import type { Token } from './token.ts';

/** The tokens before which a document, an entry, or a value is empty. */
export const endsDocument = new Set<Token['type']>([
  'version',
  'tag-directive',
  'document-start',
  'document-end',
  'stream-end',
]);
export const endsEntry = new Set<Token['type']>(['block-entry', 'block-end', 'key', 'value']);
export const endsValue = new Set<Token['type']>(['key', 'value', 'block-end']);
export const endsFlowValue = new Set<Token['type']>(['value', 'flow-entry', 'flow-seq-end', 'flow-map-end']);
