import net from 'node:net';
import { descriptorLimit } from '../adapters/descriptors.ts';
import { readGivenUp } from '../adapters/given-up.ts';
import type { Open } from './connect.ts';
import { Connection } from './connection.ts';
import type { ChannelContext } from './context.ts';
import type { DaprRequest } from './dapr-request.ts';
import type { Gate } from './gate.ts';
import { adopt } from './memory/socket-reader.ts';
import { Passage } from './passage.ts';
import { SoloRetry } from './solo-retry.ts';

/** daps warns if no more than these are left: Node silently closes connections that it has no descriptor for. */
const fewDescriptors = 4;
/** How often daps checks whether daprd has given up requests that wait unread. */
const lookMs = 500;

/**
 * Makes the gate: the app channel's port on loopback, with its connections. `open` is for an app that speaks HTTP/2,
 * whose requests daps passes unread.
 */
export const channelGate = (port: number, context: ChannelContext, open?: Open): Gate => {
  const passages = new Set<Passage>();
  const connections = new Set<Connection>();
  /** The stall of each connection whose app did not read at the last check. */
  const stalls = new Map<Connection, number>();
  const hasUnread = (): boolean => [...connections].some(({ isUnread }) => isUnread);
  /**
   * Closes connections that wait or have stalled, if daprd has given them up. Looks only if any request waits unread.
   */
  const dropGivenUp = (stalled: ReadonlySet<Connection> = new Set()): void => {
    if (!hasUnread() && stalled.size === 0) return;
    const hasGivenUp = readGivenUp(port);
    for (const connection of connections)
      if ((connection.isWaiting || stalled.has(connection)) && hasGivenUp(connection.daprdPort)) connection.destroy();
  };
  /**
   * Finds connections whose app has read nothing since the last check. If it only reads slowly, daps sees daprd's end.
   */
  const findStalled = (): ReadonlySet<Connection> => {
    const stalled = new Set<Connection>();
    for (const connection of connections) {
      const { stall } = connection;
      if (stall !== undefined && stall === stalls.get(connection)) stalled.add(connection);
      if (stall === undefined) stalls.delete(connection);
      else stalls.set(connection, stall);
    }
    return stalled;
  };
  let isLooking = false;
  /** Checks again and again while any request waits unread. */
  const look = (): void => {
    if (isLooking) return;
    isLooking = true;
    context.after(lookMs, () => {
      isLooking = false;
      dropGivenUp(findStalled());
      if (hasUnread() || stalls.size > 0) look();
    });
  };
  const release = (): void => {
    dropGivenUp();
    for (const connection of connections) connection.release();
  };
  const lastTries = new SoloRetry<DaprRequest>({
    isIdle: () => context.traffic.workInFlight === 0,
    taken: (exchange) => context.note(exchange.note('last-try')),
    release,
    after: context.after,
  });
  context.budget.onTight = (isTight) => {
    for (const connection of connections) connection.readLittle(isTight);
  };
  const limit = descriptorLimit();
  /** The kernel gives the lowest free descriptor, so a high one says that few are left. */
  const noteFewDescriptors = (accepted: net.Socket): void => {
    const { _handle: handle } = accepted as unknown as { readonly _handle?: { readonly fd?: number } | null };
    if ((handle?.fd ?? 0) >= limit - fewDescriptors) context.note({ what: 'few-descriptors', limit });
  };
  const server = net.createServer({ allowHalfOpen: true, pauseOnConnect: true }, (accepted) => {
    noteFewDescriptors(accepted);
    if (open !== undefined) {
      const passage = new Passage(accepted, open, context.traffic);
      passages.add(passage);
      accepted.on('close', () => passages.delete(passage));
      return;
    }
    const socket = adopt(accepted);
    const connection = new Connection(socket, context, lastTries, look);
    connections.add(connection);
    socket.on('close', () => {
      connections.delete(connection);
      stalls.delete(connection);
    });
  });
  return {
    open: () =>
      new Promise((resolve, reject) => {
        if (server.listening) {
          resolve();
          return;
        }
        server.once('error', reject);
        server.listen({ host: '127.0.0.1', port, backlog: 1024 }, () => {
          server.off('error', reject);
          resolve();
        });
      }),
    shut: async () => {
      if (server.listening) server.close();
    },
    release: () => {
      lastTries.appIsThere();
      release();
    },
    destroyAll: () => {
      for (const connection of [...connections, ...passages]) connection.destroy();
    },
    connections: () => connections.size + passages.size,
    stuck: () => [...connections].filter((connection) => connection.isStuck).length,
  };
};
