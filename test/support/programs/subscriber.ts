/**
 * An app as people write them, run as a process of its own: plain node:http, no SDK. Its variables:
 *   PORT, POD_NAME, DAPR_HTTP_PORT      as in any pod
 *   PROTOCOL                            h2c or grpc, instead of HTTP/1.1
 *   EVENTS_FILE                         gets a line of JSON for each event
 *   PUBSUB, TOPIC, BULK, RAW            what it subscribes to; BULK is the largest batch, RAW takes bare payloads
 *   ROUTE                               the route of its subscription, if not /messages
 *   DEAD_LETTER                         has what fails put into TOPIC-dead, and subscribes to that too
 *   BINDING                             the input binding it takes messages from, instead
 *   WORK_MS, BATCH_MS                   work for a message; for a batch, where it is another
 *   AFTER_MS                            goes on working on a message after its answer; /busy tells
 *   FLUSH_MS                            answers at once and keeps messages for a while, then works on all; /busy tells
 *   BOOT_MS, EARLY_LISTEN               not listening until booted; or listening, with 404 for everything
 *   ASKS_DAPRD                          ready only while daprd says that it is healthy
 *   CALLS_ITSELF                        does a half of the work on a message in a call to itself through Dapr: "once", or
 *                                       "stream" for one of which it must get a part before the rest is sent
 *   NEEDS                               a URL that must answer before work on a message is finished, else it fails
 *   IGNORE_SIGTERM, DRAINS_ITSELF       stays; or finishes what it has begun; else it is gone at once
 *   PUBLISH_ON_SIGTERM                  publishes a message to TOPIC when it is told to go, after so many ms
 *   PUBLISH_EVERY_MS                    publishes a message to TOPIC again and again, until it is told to go
 *   ACTORS                              the actor type it hosts, if any
 *   CRASH_ON, CRASH_ONCE_FILE           dies in the middle of the message with this id; once, where there is a file
 */
import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import http2 from 'node:http2';
import { setTimeout as delay } from 'node:timers/promises';
import { grpcServer } from './subscriber-grpc.ts';

interface Delivery {
  /** A bare one, as a binding delivers it. */
  readonly id?: string;
  readonly data?: { readonly id?: string };
  readonly data_base64?: string;
  readonly entries?: readonly { readonly entryId: string; readonly event: { readonly data?: { id?: string } } }[];
}

const text = (name: string): string | undefined => process.env[name] || undefined;
const number = (name: string, usual = 0): number => Number(text(name) ?? usual);

const pod = text('POD_NAME') ?? 'pod';
const topic = text('TOPIC') ?? 'orders';
const pubsub = text('PUBSUB') ?? 'pubsub';
const eventsFile = text('EVENTS_FILE') ?? '/dev/null';
let isReady = false;
let isLeaving = false;
let isSubscribed = false;
let working = 0;
let buffer: readonly string[] = [];

const record = (e: string, id?: string): void =>
  appendFileSync(eventsFile, `${JSON.stringify({ e, id, pod, run: process.pid, t: Date.now() })}\n`);

const isOk = (url: string): Promise<boolean> =>
  fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );

const bodyOf = async (request: IncomingMessage): Promise<Delivery> => {
  let body = '';
  for await (const part of request.setEncoding('utf8')) body += part;
  return (body === '' ? {} : JSON.parse(body)) as Delivery;
};

const answer = (response: ServerResponse, status: number, body: unknown): void => {
  response.shouldKeepAlive = !isLeaving;
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
};

const crashMaybe = (id: string): void => {
  const onceFile = text('CRASH_ONCE_FILE');
  if (id !== text('CRASH_ON') || (onceFile !== undefined && existsSync(onceFile))) return;
  if (onceFile !== undefined) writeFileSync(onceFile, id);
  process.exit(1);
};

/** Streams that are open, by message: what ends each. */
const streams = new Map<string, () => void>();

/** Another half of the work on a message, by a call through Dapr that comes back to this app. */
const callItself = async (id: string): Promise<void> => {
  const daprd = `http://127.0.0.1:${text('DAPR_HTTP_PORT')}/v1.0`;
  const self = ((await (await fetch(`${daprd}/metadata`)).json()) as { id: string }).id;
  const isStream = text('CALLS_ITSELF') === 'stream';
  const called = await fetch(`${daprd}/invoke/${self}/method/${isStream ? 'stream' : 'half'}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(isStream ? { accept: 'text/event-stream' } : {}) },
    body: JSON.stringify({ id }),
  });
  if (!called.ok || called.body === null) throw new Error(`it answers itself ${called.status}`);
  for await (const _ of called.body) streams.get(id)?.();
};

const half = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const { id } = await bodyOf(request);
  await delay(number('WORK_MS') / 2);
  answer(response, 200, { id });
};

const stream = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const { id = '?' } = await bodyOf(request);
  const isRead = new Promise<void>((resolve) => streams.set(id, resolve));
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write('data: first\n\n');
  await isRead;
  streams.delete(id);
  await delay(number('WORK_MS') / 2);
  response.end('data: last\n\n');
};

const hasHelp = async (): Promise<boolean> => {
  const url = text('NEEDS');
  return url === undefined || isOk(url);
};

/** Works on messages side by side, answers, works on; they are finished when no work on them is left. */
const work = async (ids: readonly string[], ms: number, respond: () => void): Promise<void> => {
  working += 1;
  for (const id of ids) record('start', id);
  await delay(ms / 2);
  for (const id of ids) crashMaybe(id);
  if (text('CALLS_ITSELF') === undefined) await delay(ms / 2);
  else
    await Promise.all(ids.map(callItself)).catch((error: unknown) => {
      working -= 1;
      throw error;
    });
  if (!(await hasHelp())) {
    working -= 1;
    throw new Error('what the app needs does not answer');
  }
  const afterMs = number('AFTER_MS');
  if (afterMs > 0) {
    respond();
    await delay(afterMs);
  }
  for (const id of ids) record('finish', id);
  working -= 1;
  if (afterMs === 0) respond();
};

const idOf = ({ id, data, data_base64: bare }: Delivery): string =>
  (bare === undefined ? (data?.id ?? id) : (JSON.parse(Buffer.from(bare, 'base64').toString()) as Delivery).id) ?? '?';

const flush = (): void => {
  for (const id of buffer) record('finish', id);
  buffer = [];
};

const deliver = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const delivery = await bodyOf(request);
  const { entries } = delivery;
  if (text('FLUSH_MS') !== undefined) {
    const id = idOf(delivery);
    record('start', id);
    buffer = [...buffer, id];
    answer(response, 200, { status: 'SUCCESS' });
    return;
  }
  if (entries === undefined) {
    await work([idOf(delivery)], number('WORK_MS'), () => answer(response, 200, { status: 'SUCCESS' }));
    return;
  }
  const ids = entries.map(({ event }) => event.data?.id ?? '?');
  const statuses = entries.map(({ entryId }) => ({ entryId, status: 'SUCCESS' }));
  await work(ids, number('BATCH_MS', number('WORK_MS')), () => answer(response, 200, { statuses }));
};

const route = text('ROUTE') ?? '/messages';
const deadTopic = text('DEAD_LETTER') === undefined ? undefined : `${topic}-dead`;

const subscriptions = (): readonly object[] => [
  ...(deadTopic === undefined ? [] : [{ pubsubname: pubsub, topic: deadTopic, route: '/dead' }]),
  {
    pubsubname: pubsub,
    topic,
    route,
    ...(deadTopic === undefined ? {} : { deadLetterTopic: deadTopic }),
    ...(text('RAW') === undefined ? {} : { metadata: { rawPayload: 'true' } }),
    ...(text('BULK') === undefined
      ? {}
      : { bulkSubscribe: { enabled: true, maxMessagesCount: number('BULK'), maxAwaitDurationMs: 200 } }),
  },
];

const isDaprdHealthy = (): Promise<boolean> => isOk(`http://127.0.0.1:${text('DAPR_HTTP_PORT')}/v1.0/healthz`);

const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const path = (request.url ?? '/').replace(/\?.*$/, '');
  if (path === '/healthz') {
    const isWell = isReady && (text('ASKS_DAPRD') === undefined || (await isDaprdHealthy()));
    return answer(response, isWell ? 200 : 503, { isReady });
  }
  const isMessage = path === route || path === `/${text('BINDING')}`;
  if (!isReady) {
    if (isMessage && request.method === 'POST') record('refused', idOf(await bodyOf(request)));
    return answer(response, 404, {});
  }
  isSubscribed ||= path === '/dapr/subscribe';
  if (path === '/dapr/subscribe') return answer(response, 200, text('BINDING') === undefined ? subscriptions() : []);
  if (path === '/busy') return answer(response, 200, { busy: working > 0 || buffer.length > 0 });
  if (isMessage && request.method === 'OPTIONS') return answer(response, 200, {});
  if (isMessage) return deliver(request, response);
  if (path === '/half') return half(request, response);
  if (path === '/stream') return stream(request, response);
  if (path === '/dead') {
    record('dead', idOf(await bodyOf(request)));
    return answer(response, 200, {});
  }
  if (path === '/hello') return answer(response, 200, { pod });
  if (path === '/dapr/config' && text('ACTORS') !== undefined)
    return answer(response, 200, { entities: [text('ACTORS')] });
  if (path.startsWith('/actors/')) return answer(response, 200, { pod });
  answer(response, 404, {});
};

const publish = async (id: string): Promise<void> => {
  const url = `http://127.0.0.1:${number('DAPR_HTTP_PORT', 3500)}/v1.0/publish/${pubsub}/${topic}`;
  const body = JSON.stringify({ id });
  const headers = { 'content-type': 'application/json' };
  const isSent = await fetch(url, { method: 'POST', headers, body }).then(
    ({ ok }) => ok,
    () => false,
  );
  record(isSent ? 'published' : 'unpublished', id);
};

const publishLast = (): Promise<void> => publish(`last-words-of-${pod}-${process.pid}`);

/** Not before daprd has subscribed: a bus without memory would lose it. What finds no daprd any more is not sent. */
const publishAgain = (everyMs: number): void => {
  let count = 0;
  setInterval(() => {
    count += 1;
    if (isSubscribed && !isLeaving) void publish(`${pod}-${process.pid}-${count}`);
  }, everyMs);
};

const listener = (request: IncomingMessage, response: ServerResponse): void => {
  handle(request, response).catch(() => response.destroy());
};

const makeServer = (): Server => {
  switch (text('PROTOCOL')) {
    case 'h2c':
      return http2.createServer(listener as object) as unknown as Server;
    case 'grpc': {
      const deliverText = (json: string): Promise<void> =>
        work([idOf({ data: JSON.parse(json) as { id: string } })], number('WORK_MS'), () => undefined);
      return grpcServer({ isReady: () => isReady, pubsub, topic, deliver: deliverText }) as unknown as Server;
    }
    default:
      return createServer(listener);
  }
};
const server = makeServer();

const leave = async (): Promise<void> => {
  record('sigterm');
  if (isLeaving || text('IGNORE_SIGTERM') !== undefined) return;
  isLeaving = true;
  const lastWords =
    text('PUBLISH_ON_SIGTERM') === undefined
      ? Promise.resolve()
      : delay(number('PUBLISH_ON_SIGTERM')).then(publishLast);
  if (text('DRAINS_ITSELF') !== undefined) {
    const isClosed = new Promise((resolve) => server.close(resolve));
    server.closeIdleConnections();
    await isClosed;
    while (working > 0) await delay(10);
  }
  await lastWords;
  process.exit(0);
};
process.on('SIGTERM', () => void leave());

/** On all addresses: the kubelet asks from outside of the pod. */
const listen = (): unknown => server.listen(number('PORT', 8080), '0.0.0.0');
if (text('EARLY_LISTEN') !== undefined) listen();
await delay(number('BOOT_MS'));
isReady = true;
record('ready');
if (text('FLUSH_MS') !== undefined) setInterval(flush, number('FLUSH_MS'));
if (!server.listening) listen();
if (text('PUBLISH_EVERY_MS') !== undefined) publishAgain(number('PUBLISH_EVERY_MS'));
