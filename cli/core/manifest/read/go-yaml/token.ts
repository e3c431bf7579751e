/** What go-yaml's scanner makes of a text. Offsets count from the document's start. */
export type Token =
  | PlainToken
  | { readonly type: 'anchor' | 'alias'; readonly name: string; readonly start: number; readonly end: number }
  | {
      readonly type: 'tag';
      readonly handle: string;
      readonly suffix: string;
      readonly start: number;
      readonly end: number;
    }
  | ScalarToken
  | { readonly type: 'version'; readonly version: string; readonly start: number; readonly end: number }
  | {
      readonly type: 'tag-directive';
      readonly handle: string;
      readonly prefix: string;
      readonly start: number;
      readonly end: number;
    };

export interface PlainToken {
  readonly type:
    | 'document-start'
    | 'document-end'
    | 'stream-end'
    | 'block-seq-start'
    | 'block-map-start'
    | 'block-end'
    | 'flow-seq-start'
    | 'flow-seq-end'
    | 'flow-map-start'
    | 'flow-map-end'
    | 'block-entry'
    | 'flow-entry'
    | 'key'
    | 'value';
  readonly start: number;
  readonly end: number;
}

export interface ScalarToken {
  readonly type: 'scalar';
  readonly text: string;
  readonly style: 'plain' | 'quoted' | 'block';
  readonly start: number;
  readonly end: number;
}
