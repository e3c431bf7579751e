import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Below the range from which the kernel takes the ports of outgoing connections, so that none of those stands where a
 * test wants to listen, and a connection to a port that nobody listens on cannot meet itself.
 */
const lowest = 11_300;
const highest = 11_999;
let next = lowest + Math.floor(Math.random() * (highest - lowest));

/** Nobody but tests listens on UDP there: whoever holds a number's UDP port has its TCP port to itself. */
const locks = new Map<number, Socket>();

const lock = async (port: number): Promise<boolean> => {
  const socket = createSocket('udp4').unref();
  socket.bind({ port, address: '127.0.0.1', exclusive: true });
  try {
    await once(socket, 'listening');
  } catch {
    socket.close();
    return false;
  }
  locks.set(port, socket);
  return true;
};

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, () => server.close(() => resolve(true)));
  });

/**
 * A port that nobody listens on. No other call gives it away, in this process or in another one, until it is released
 * or this process has ended.
 */
export const freePort = async (): Promise<number> => {
  for (let port = lowest; port <= highest; port += 1) {
    next = next >= highest ? lowest : next + 1;
    const candidate = next; // calls side by side each have one of their own
    if (locks.has(candidate) || !(await lock(candidate))) continue;
    if (await isFree(candidate)) return candidate;
    releasePort(candidate);
  }
  throw new Error(`no port from ${lowest} to ${highest} is free: does a test not release those it took?`);
};

export const releasePort = (port: number): void => {
  locks.get(port)?.close();
  locks.delete(port);
};
