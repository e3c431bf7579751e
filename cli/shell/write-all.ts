import fs from 'node:fs';

/**
 * Writes all of a text before it returns: `process.exit` after an asynchronous write into a pipe loses what is beyond
 * its 64 KiB. A reader that has gone away is no error of ours.
 */
export const writeAll = (descriptor: number, text: string): void => {
  const bytes = Buffer.from(text);
  let at = 0;
  while (at < bytes.length) {
    try {
      at += fs.writeSync(descriptor, bytes, at, bytes.length - at);
    } catch (thrown) {
      const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
      if (code === 'EPIPE') return;
      if (code !== 'EAGAIN') throw thrown;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
};
