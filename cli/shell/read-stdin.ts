import fs from 'node:fs';

/** stdin may be closed (`<&-`), and a non-blocking one answers EAGAIN until something comes. */
export const readStdin = (): Uint8Array => {
  const chunks: Uint8Array[] = [];
  const buffer = Buffer.allocUnsafe(1 << 20);
  for (;;) {
    try {
      const length = fs.readSync(0, buffer, 0, buffer.length, null);
      if (length === 0) return Buffer.concat(chunks);
      chunks.push(Buffer.from(buffer.subarray(0, length)));
    } catch (thrown) {
      const code = codeOf(thrown);
      if (code === 'EAGAIN') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
      else if (code === 'EOF' || code === 'EBADF') return Buffer.concat(chunks);
      else throw thrown;
    }
  }
};

/** The code of a system error, such as ENOENT. */
export const codeOf = (thrown: unknown): string =>
  thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
