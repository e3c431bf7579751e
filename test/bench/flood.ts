/**
 * Floods a control port until it is killed: `node test/bench/flood.ts PORT`. Each of its connections sends 68 KB of
 * pipelined requests for the metrics, which was once enough to end the sidecar, and is opened again when it is closed.
 */
import net from 'node:net';
import process from 'node:process';

const port = Number(process.argv[2]);
const connections = 256;
const requests = Buffer.from('GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(2000));

const flood = (): void => {
  const socket = net.connect({ host: '127.0.0.1', port });
  socket.on('error', () => {});
  socket.on('connect', () => socket.write(requests));
  socket.resume();
  socket.on('close', () => setImmediate(flood));
};

for (let count = 0; count < connections; count += 1) flood();
