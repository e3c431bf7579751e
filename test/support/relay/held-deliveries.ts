import { once } from 'node:events';
import net from 'node:net';
import { eventually } from '../eventually.ts';
import { SidecarProcess } from '../sidecar/process.ts';

const headOf = (bytes: number): string =>
  `POST /orders HTTP/1.1\r\nHost: app\r\nContent-Type: application/cloudevents+json\r\nContent-Length: ${bytes}\r\n\r\n`;

export interface HeldDeliveries {
  /** Private memory when all were held, MB. */
  readonly privateMegabytes: number;
  /** The statuses that daprd got when the app was back. */
  readonly statuses: readonly number[];
}

/**
 * Sends deliveries of a size to the bundle, each on a connection of its own as daprd's, while the app is away, waits
 * until all are held, and lets the app answer them.
 */
export const holdDeliveries = async (count: number, bodyBytes: number): Promise<HeldDeliveries> => {
  const sidecar = await SidecarProcess.open();
  const sockets: net.Socket[] = [];
  try {
    await sidecar.stopApp();
    const message = Buffer.concat([Buffer.from(headOf(bodyBytes)), Buffer.alloc(bodyBytes, 'x')]);
    const answers: Promise<number>[] = [];
    for (let index = 0; index < count; index += 1) {
      const socket = net.connect({ host: '127.0.0.1', port: sidecar.channelPort });
      sockets.push(socket);
      await once(socket, 'connect');
      answers.push(once(socket, 'data').then(([chunk]) => Number(String(chunk).slice(9, 12))));
      socket.write(message);
    }
    await eventually('all are held', async () => (await sidecar.metric('daps_held')) === count);
    // What was read is kept, or waits unread in the kernel: a scrape later nothing more of it comes.
    await sidecar.metric('daps_held');
    const privateMegabytes = sidecar.privateBytes() / 1e6;
    await sidecar.startApp();
    return { privateMegabytes, statuses: await Promise.all(answers) };
  } finally {
    for (const socket of sockets) socket.destroy();
    sidecar.stop();
  }
};
