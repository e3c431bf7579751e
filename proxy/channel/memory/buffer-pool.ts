/** By powers of two from here to there; what is much smaller goes into Node's own pool of small buffers. */
const smallestBytes = 256;
const largestBytes = 64 * 1024;
/** Kept for the next chunks. More is left to the garbage collector. */
const maxFreeBytes = 4 * 1024 * 1024;

/** Memory for one chunk at a time. */
class Block extends ArrayBuffer {
  readonly whole: Buffer = Buffer.from(this);
  /** The length of the chunk that is in it; 0 where none is. */
  chunkBytes = 0;
}

const sizeOf = (bytes: number): number => Math.max(0, 32 - Math.clz32((bytes - 1) >> 8));

const free: Block[][] = Array.from({ length: sizeOf(largestBytes) + 1 }, () => []);
let freeBytes = 0;

/**
 * A copy of a buffer's first bytes, in memory that is used again when it comes back. The garbage collector is late for
 * it, because it does not see the bytes behind a buffer: 64 KB bodies held 45 MB more without this.
 */
export const copyOf = (buffer: Buffer, bytes: number): Buffer => {
  if (bytes < smallestBytes / 2 || bytes > largestBytes) return Buffer.from(buffer.subarray(0, bytes));
  const size = sizeOf(bytes);
  let block = free[size]?.pop();
  if (block === undefined) block = new Block(smallestBytes << size);
  else freeBytes -= block.byteLength;
  block.chunkBytes = bytes;
  buffer.copy(block.whole, 0, 0, bytes);
  return block.whole.subarray(0, bytes);
};

/** Nobody will read this chunk any more. A part of one does not count: somebody may read the rest. */
export const recycle = (chunk: Buffer): void => {
  const block = chunk.buffer;
  if (!(block instanceof Block) || block.chunkBytes !== chunk.length) return;
  block.chunkBytes = 0;
  if (freeBytes + block.byteLength > maxFreeBytes) return;
  freeBytes += block.byteLength;
  free[sizeOf(block.byteLength)]?.push(block);
};

/** What Node keeps of a buffer besides its bytes. */
const overheadBytes = 96;

/** The memory that a chunk takes. */
export const memoryOf = (chunk: Buffer): number =>
  overheadBytes + (chunk.buffer instanceof Block ? chunk.buffer.byteLength : chunk.length);
