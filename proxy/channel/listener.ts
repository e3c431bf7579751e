import net from 'node:net';
import type { Gate } from '../lifecycle/gate.ts';
import { Connection } from './connection.ts';
import type { ChannelContext } from './context.ts';
import type { Exchange } from './exchange.ts';
import { LastTries } from './last-tries.ts';
import { adopt } from './reading.ts';

/** The app channel's port on loopback: it listens only while the gate is open, and knows its connections. */
export const channelGate = (port: number, context: ChannelContext): Gate => {
  const connections = new Set<Connection>();
  const release = (): void => {
    for (const connection of connections) connection.release();
  };
  const lastTries = new LastTries<Exchange>({
    isIdle: () => context.traffic.workInFlight === 0,
    taken: (exchange) => context.note(exchange.note('last-try')),
    release,
    after: context.after,
  });
  const server = net.createServer({ allowHalfOpen: true, pauseOnConnect: true }, (accepted) => {
    const socket = adopt(accepted);
    const connection = new Connection(socket, context, lastTries);
    connections.add(connection);
    socket.on('close', () => connections.delete(connection));
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
      for (const connection of connections) connection.destroy();
    },
    connections: () => connections.size,
    stuck: () => [...connections].filter((connection) => connection.isStuck).length,
  };
};
