/** Block sizes are powers of two within these bounds. Node's own pool of small buffers serves much smaller chunks. */
const smallestBytes = 256;
const largestBytes = 64 * 1024;
/** How much the pool keeps for the next chunks. The garbage collector gets the rest. */
const maxFreeBytes = 4 * 1024 * 1024;

/** Memory for one chunk at a time. */
class Block extends ArrayBuffer {
  readonly whole: Buffer = Buffer.from(this);
  /** The length of the chunk in it; 0 if there is none. */
  chunkBytes = 0;
}

const sizeOf = (bytes: number): number => Math.max(0, 32 - Math.clz32((bytes - 1) >> 8));

const free: Block[][] = Array.from({ length: sizeOf(largestBytes) + 1 }, () => []);
let freeBytes = 0;

/**
 * Copies a buffer's first bytes into memory that `recycle` makes free again. The garbage collector would be late,
 * because it does not see the bytes behind a buffer: 64 KB bodies took 45 MB more without this.
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

/**
 * Makes a chunk's memory free: nobody may read the chunk from now on. Ignores a part of one: its rest may be in use.
 */
export const recycle = (chunk: Buffer): void => {
  const block = chunk.buffer;
  if (!(block instanceof Block) || block.chunkBytes !== chunk.length) return;
  block.chunkBytes = 0;
  if (freeBytes + block.byteLength > maxFreeBytes) return;
  freeBytes += block.byteLength;
  free[sizeOf(block.byteLength)]?.push(block);
};

/** What Node keeps for a buffer besides its bytes. */
const overheadBytes = 96;

/** The memory that a chunk takes. */
export const memoryOf = (chunk: Buffer): number =>
  overheadBytes + (chunk.buffer instanceof Block ? chunk.buffer.byteLength : chunk.length);
