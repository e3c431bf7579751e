/**
 * One API in nine states of grace, as teams come to them one after the other. Its variables:
 *   VERSION       1 naive: no readiness, deaf to SIGTERM (as behind a shell)    2 with readiness, still deaf
 *                 3 SIGTERM ends it at once                                     4 stops listening, but drains nothing
 *                 5 drains, after a pre-stop delay of its own                   6 goes on working after it has answered
 *                 7 the same, and waits for that                                8 keeps its log and writes it every 30 s
 *                 9 the same, and writes it when it is told to go
 *   PORT, POD_NAME, LEDGER_URL, LEDGER_LOAD
 * A request is a log entry: `start` when it comes in, `finish` when its entry is written.
 */
import { createServer } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { tellLedger } from '../ledger-client.ts';

const version = Number(process.env['VERSION'] ?? 1);
const pod = process.env['POD_NAME'] ?? 'pod';
const load = process.env['LEDGER_LOAD'] ?? 'api';
const run = Date.now();
const bootMs = 1500;
const workMs = 300;
const afterMs = 3000;
const flushMs = 30_000;
const writesAtATime = 8;

const record = (e: string, id: string): Promise<void> =>
  tellLedger(process.env['LEDGER_URL'] ?? '', { e, id: `${load}.${id}`, pod, run, t: Date.now() });

let count = 0;
let working = 0;
let batch: string[] = [];

const flush = async (): Promise<void> => {
  const entries = batch;
  working += 1;
  batch = [];
  const write = async (): Promise<void> => {
    for (let id = entries.shift(); id !== undefined; id = entries.shift()) await record('finish', id);
  };
  await Promise.all(Array.from({ length: writesAtATime }, write));
  working -= 1;
};

/** What is left to do for a request when it is answered. */
const finish = async (id: string): Promise<void> => {
  if (version >= 8) {
    batch.push(id);
    return;
  }
  working += 1;
  if (version >= 6) await delay(afterMs);
  await record('finish', id);
  working -= 1;
};

const server = createServer(async (request, response) => {
  const path = (request.url ?? '/').replace(/\?.*$/, '');
  if (path === '/healthz') return void response.end('ok');
  if (path === '/busy') return void response.end(JSON.stringify({ busy: working > 0 || batch.length > 0 }));
  if (path !== '/hello') return void response.writeHead(404).end();
  count += 1;
  const id = `${pod}-${run}-${count}`;
  if (version < 6) {
    await delay(workMs);
    response.end('done');
    return;
  }
  await record('start', id);
  response.end('done');
  await finish(id);
});

/** Until nobody is connected any more. */
const closed = async (): Promise<void> => {
  const end = new Promise((resolve) => server.close(resolve));
  server.closeIdleConnections();
  await end;
};

const leave: Readonly<Record<number, () => Promise<void>>> = {
  3: async () => {},
  4: async () => void server.close(),
  5: closed,
  6: closed,
  7: async () => {
    await closed();
    while (working > 0) await delay(20);
  },
  8: closed,
  9: async () => {
    await closed();
    await flush();
    while (working > 0) await delay(20);
  },
};
const ownEnd = leave[version];
if (ownEnd !== undefined) process.on('SIGTERM', () => void ownEnd().then(() => process.exit(0)));

if (version >= 8) setInterval(() => void flush(), flushMs);
await delay(bootMs);
server.listen(Number(process.env['PORT'] ?? 8080));
