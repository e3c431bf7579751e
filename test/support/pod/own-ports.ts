import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

// Above the lab's ports, and below the range that the kernel takes ports of outgoing connections from.
const lowest = 20_000;
const blockSize = 100;
const blocks = 120;

/** Listens on a port of every address; undefined where something else does. */
export const listenOn = async (port: number): Promise<Server | undefined> => {
  const server = createServer();
  server.listen(port, '0.0.0.0');
  return once(server, 'listening').then(
    () => server,
    () => undefined,
  );
};

const isFree = async (port: number): Promise<boolean> => {
  const server = await listenOn(port);
  if (server === undefined) return false;
  server.close();
  await once(server, 'close');
  return true;
};

/** Ports of this process that nobody has; the one that was given back first comes first. */
const unused: number[] = [];
let nextBlock = Math.floor(Math.random() * blocks);
let claiming: Promise<void> | undefined;

/** A process has the block whose first port it listens on: no two have the same, and one that is killed has none. */
const claimBlock = async (): Promise<void> => {
  for (let tries = 0; tries < blocks; tries += 1) {
    const first = lowest + blockSize * nextBlock;
    nextBlock = (nextBlock + 1) % blocks;
    const claim = await listenOn(first);
    if (claim === undefined) continue;
    claim.unref();
    for (let port = first + 1; port < first + blockSize; port += 1) unused.push(port);
    return;
  }
  throw new Error(`all ports from ${lowest} to ${lowest + blocks * blockSize - 1} are claimed by other processes`);
};

/** A port that nothing listens on and no other test process takes, until it is given back. */
export const takePort = async (): Promise<number> => {
  for (;;) {
    const port = unused.shift();
    if (port !== undefined && (await isFree(port))) return port;
    if (port !== undefined) continue; // a program that is no test has it
    claiming ??= claimBlock().finally(() => {
      claiming = undefined;
    });
    await claiming;
  }
};

export const giveBackPorts = (ports: Iterable<number>): void => void unused.push(...ports);
