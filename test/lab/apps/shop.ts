/**
 * An app as people write them: plain node:http, no SDK, and not one thought given to its end. Its variables:
 *   PORT, POD_NAME, DAPR_HTTP_PORT   as in any pod
 *   LEDGER_URL                       gets what happens to messages, before anything else happens
 *   TOPIC, WORK_MS                   what it subscribes to, and how long a message takes it
 *   ACTOR                            the actor type that it hosts, if any
 *   BOOT_MS                          not listening before
 *   NEVER_READY                      boots, is never ready, and serves nobody
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { tellLedger } from '../ledger-client.ts';

const text = (name: string): string | undefined => process.env[name] || undefined;
const number = (name: string, usual: number): number => Number(text(name) ?? usual);

const pod = text('POD_NAME') ?? 'pod';
/** One process; a restarted app is another one. */
const run = Date.now();
const dapr = `http://127.0.0.1:${number('DAPR_HTTP_PORT', 3500)}`;
const isNeverReady = text('NEVER_READY') !== undefined;

/** Known to the ledger before the app goes on: a process may be killed at any moment. */
const record = async (e: string, id: string): Promise<void> => {
  const url = text('LEDGER_URL');
  if (url === undefined) return;
  await tellLedger(url, { e, id, pod, run, t: Date.now() });
};

const bodyOf = async (request: IncomingMessage): Promise<unknown> => {
  let body = '';
  for await (const part of request.setEncoding('utf8')) body += part;
  return body === '' ? {} : JSON.parse(body);
};

const answer = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
};

const work = async (id: string): Promise<void> => {
  await record('start', id);
  await delay(number('WORK_MS', 200));
  await record('finish', id);
};

const idOf = (message: unknown): string => {
  const { data, id } = message as { readonly data?: { readonly id?: string }; readonly id?: string };
  return data?.id ?? id ?? '?';
};

const keepInState = async (key: string, value: string): Promise<unknown> => {
  const url = `${dapr}/v1.0/state/statestore`;
  const headers = { 'content-type': 'application/json' };
  const saved = await fetch(url, { method: 'POST', headers, body: JSON.stringify([{ key, value }]) });
  if (!saved.ok) throw new Error(`the state store said ${saved.status}: ${await saved.text()}`);
  return (await fetch(`${url}/${key}`)).json();
};

const schedule = async (job: string): Promise<void> => {
  const body = JSON.stringify({ dueTime: '1s', data: {} });
  const headers = { 'content-type': 'application/json' };
  const asked = await fetch(`${dapr}/v1.0-alpha1/jobs/${job}`, { method: 'POST', headers, body });
  if (!asked.ok) throw new Error(`the scheduler said ${asked.status}: ${await asked.text()}`);
};

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

const deliver: Handler = async (request, response) => {
  const id = idOf(await bodyOf(request));
  if (isNeverReady) {
    await record('refused', id);
    return answer(response, 503, {});
  }
  await work(id);
  answer(response, 200, { status: 'SUCCESS' });
};

const eatMemory: Handler = async () => {
  const eaten: Buffer[] = [];
  for (;;) {
    eaten.push(Buffer.alloc(16 * 1024 * 1024, 1));
    await delay(5);
  }
};

const topic = text('TOPIC');
const routes: Readonly<Record<string, Handler>> = {
  'GET /healthz': async (_, response) => answer(response, isNeverReady ? 503 : 200, {}),
  'GET /livez': async (_, response) => answer(response, 200, {}),
  'GET /dapr/subscribe': async (_, response) =>
    answer(response, 200, topic === undefined ? [] : [{ pubsubname: 'pubsub', topic, route: '/messages' }]),
  'GET /dapr/config': async (_, response) =>
    text('ACTOR') === undefined ? answer(response, 404, {}) : answer(response, 200, { entities: [text('ACTOR')] }),
  'POST /messages': deliver,
  'POST /intake': deliver, // an input binding of this name
  'OPTIONS /intake': async (_, response) => answer(response, 200, {}),
  'GET /hello': async (_, response) => answer(response, 200, { pod }),
  'GET /state': async (_, response) => answer(response, 200, { kept: await keepInState(`seen-by-${pod}`, pod) }),
  'POST /eat-memory': eatMemory,
  'POST /hang': async () => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0),
};

const jobPrefix = '/job/';
const schedulePrefix = '/schedule/';
const actorPrefix = '/actors/';
const handle: Handler = async (request, response) => {
  const path = (request.url ?? '/').replace(/\?.*$/, '');
  if (path.startsWith(jobPrefix)) {
    await work(`job.${path.slice(jobPrefix.length)}`);
    return answer(response, 200, {});
  }
  if (path.startsWith(actorPrefix)) return answer(response, 200, { pod });
  if (path.startsWith(schedulePrefix)) {
    await schedule(path.slice(schedulePrefix.length));
    return answer(response, 200, {});
  }
  const route = routes[`${request.method} ${path}`];
  if (route === undefined) return answer(response, 404, {});
  await route(request, response);
};

await delay(number('BOOT_MS', 0));
createServer((request, response) => {
  handle(request, response).catch((error: Error) => answer(response, 500, { error: error.message }));
}).listen(number('PORT', 8080));
// It is gone at once, whatever it is at: the first process of a container has no default for SIGTERM.
process.on('SIGTERM', () => {
  process.stdout.write(`${JSON.stringify({ sigterm: Date.now() })}\n`, () => process.exit(0));
});
