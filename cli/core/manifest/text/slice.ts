/** One document of a stream: the slice [start, end) of the whole input, its own `---` line included. */
export interface Slice {
  readonly start: number;
  readonly end: number;
}
