/**
 * Stands in for daprd 1.18 where there is none: a process of its own that takes messages off the demo's queue and does
 * to the app what daprd does, no better and no worse. Its variables:
 *   POD_NAME                        whose daprd it is
 *   PORT                            where it looks for "the app"
 *   DAPR_HTTP_PORT, DAPR_GRPC_PORT  its API
 *   BROKER_PORT, ROUTE              the queue, and the path that its messages go to
 */
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { GrpcApi, serveHttp } from './api.ts';
import { AppChannel } from './app-channel.ts';
import { type Handed, onMessage, send } from './wire.ts';

const prefetch = 10;
const graceMs = 5000; // dapr.io/graceful-shutdown-seconds
const forcedMs = 100;
const ackMs = 400; // for the last ack to reach the broker

const text = (name: string): string => process.env[name] ?? '';
const route = text('ROUTE');
const channel = new AppChannel(Number(text('PORT')));
let isReady = false;
let isLeaving = false;
/** From here on a delivery that fails is neither acknowledged nor refused (pkg/runtime/subscription). */
let isClosed = false;
let inFlight = 0;

const leave = async (): Promise<void> => {
  if (isLeaving) return;
  isLeaving = true;
  await grpc.stop();
  isClosed = true;
  setTimeout(() => process.exit(1), graceMs);
  if (inFlight > 0) {
    while (inFlight > 0) await delay(20);
    await delay(ackMs);
  }
  process.exit(0);
};

const grpc = new GrpcApi(Number(text('DAPR_GRPC_PORT')));
serveHttp(Number(text('DAPR_HTTP_PORT')), {
  gracefully: () => void leave(),
  atOnce: () => setTimeout(() => process.exit(1), forcedMs),
  isReady: () => isReady,
});
process.on('SIGTERM', () => void leave());

await channel.untilFound();
// Init questions; an answer that is no answer is taken for "nothing", and never asked for again.
await channel.get('/dapr/config');
await channel.get('/dapr/subscribe');

const broker = connect(Number(text('BROKER_PORT')), '127.0.0.1');
broker.on('error', () => {});
broker.on('close', () => process.exit(1));
const take = async ({ tag, id }: Handed): Promise<void> => {
  if (isClosed) return;
  inFlight += 1;
  const isDone = await channel.deliver(route, id);
  inFlight -= 1;
  if (isDone) send(broker, { what: 'ack', tag });
  else if (!isClosed) send(broker, { what: 'nack', tag });
};
onMessage<Handed>(broker, (handed) => void take(handed));
send(broker, { what: 'consume', pod: text('POD_NAME'), prefetch });
isReady = true;
