import net from 'node:net';
import { readGivenUp } from '../adapters/given-up.ts';
import type { Open } from './connect.ts';
import { Connection } from './connection.ts';
import type { ChannelContext } from './context.ts';
import type { DaprRequest } from './dapr-request.ts';
import type { Gate } from './gate.ts';
import { adopt } from './memory/socket-reader.ts';
import { Passage } from './passage.ts';
import { SoloRetry } from './solo-retry.ts';

/** How often it is looked whether daprd has given up what waits unread. */
const lookMs = 500;

/**
 * The app channel's port on loopback: it listens only while the gate is open, and knows its connections. `open` is for an
 * app that speaks HTTP/2, whose requests are passed on unread.
 */
export const channelGate = (port: number, context: ChannelContext, open?: Open): Gate => {
  const passages = new Set<Passage>();
  const connections = new Set<Connection>();
  /** The stall of each connection whose app did not read on, when it was looked for last. */
  const stalls = new Map<Connection, number>();
  const hasUnread = (): boolean => [...connections].some(({ isUnread }) => isUnread);
  /** Where something waits unread: ends the connections that wait, or have stalled, and that daprd has given up. */
  const dropGivenUp = (stalled: ReadonlySet<Connection> = new Set()): void => {
    if (!hasUnread() && stalled.size === 0) return;
    const hasGivenUp = readGivenUp(port);
    for (const connection of connections)
      if ((connection.isWaiting || stalled.has(connection)) && hasGivenUp(connection.daprdPort)) connection.destroy();
  };
  /** Those whose app has read nothing since the last look: where it only reads slowly, daprd's end is noticed anyway. */
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
  /** Goes on for as long as anything waits unread. */
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
  const server = net.createServer({ allowHalfOpen: true, pauseOnConnect: true }, (accepted) => {
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
