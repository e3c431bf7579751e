/**
 * A container that tells what is done to it, and takes its time:
 *   NAME, LEDGER_URL, LEDGER_LOAD   who it is, and whom it tells
 *   START_MS, PORT                  listens after this long
 *   HOOK_MS                         how long GET /pre-stop waits; -1: for ever
 *   STOP_MS                         how long it lives after SIGTERM; -1: for ever
 *   ONCE                            ends by itself after START_MS, as an init container does
 *   POST /sick                      from now on GET /livez fails, until the process is another one
 */
import { createServer } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { tellLedger } from '../ledger-client.ts';

const number = (name: string): number => Number(process.env[name] ?? 0);
const forEver = new Promise<void>(() => {});
const wait = (ms: number): Promise<void> => (ms < 0 ? forEver : delay(ms));
let isSick = false;

const tell = async (e: string): Promise<void> => {
  const { LEDGER_URL = '', LEDGER_LOAD = 'witness', NAME = 'nobody' } = process.env;
  await tellLedger(LEDGER_URL, { e, id: `${LEDGER_LOAD}.${NAME}`, pod: NAME, run: process.pid, t: Date.now() });
};

const answers: Readonly<Record<string, () => Promise<number>>> = {
  'GET /': async () => 200,
  'GET /livez': async () => (isSick ? 500 : 200),
  'POST /sick': async () => {
    isSick = true;
    return 200;
  },
  'GET /pre-stop': async () => {
    await tell('hook-begin');
    await wait(number('HOOK_MS'));
    await tell('hook-end');
    return 200;
  },
};

process.on('SIGTERM', async () => {
  await tell('sigterm');
  await wait(number('STOP_MS'));
  await tell('exiting');
  process.exit(0);
});
await tell('started');
await wait(number('START_MS'));
if (process.env['ONCE']) await tell('exiting');
else {
  createServer(async (request, response) => {
    const answer = answers[`${request.method} ${request.url}`];
    response.writeHead((await answer?.()) ?? 404).end();
  }).listen(number('PORT'), () => void tell('ready'));
}
