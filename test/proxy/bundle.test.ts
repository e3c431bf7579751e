import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect } from 'chai';
import { env } from '../../proxy/contract.ts';
import { eventually, inTime, patienceMs } from '../support/eventually.ts';
import { takePort } from '../support/own-ports.ts';
import { root } from '../support/sources.ts';

/** The bundle leaves out what its packages only seem to need: every route has to be asked for in it. */
describe("dist/daps-sidecar.mjs's control plane", () => {
  let app: Server;
  let sidecar: ChildProcess;
  let control: string;
  let channel: string;
  /** What it wrote to stdout and stderr. */
  const said: string[] = [];

  before(async () => {
    app = createServer((request, response) => request.resume().on('end', () => response.end('ok')));
    await once(app.listen(0, '127.0.0.1'), 'listening');
    const appPort = (app.address() as AddressInfo).port;
    const [controlPort, channelPort, daprdPort] = [await takePort(), await takePort(), await takePort()];
    control = `http://127.0.0.1:${controlPort}`;
    channel = `http://127.0.0.1:${channelPort}`;
    const environment = {
      [env.appPort]: String(appPort),
      [env.readyProbe]: `tcp://127.0.0.1:${appPort}`,
      [env.channelPort]: String(channelPort),
      [env.controlPort]: String(controlPort),
      [env.daprdHttpPort]: String(daprdPort),
      [env.daprdGrpcPort]: String(daprdPort),
      [env.logLevel]: 'info',
    };
    sidecar = spawn(process.execPath, [join(root, 'dist/daps-sidecar.mjs')], {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [sidecar.stdout, sidecar.stderr]) stream?.on('data', (chunk) => said.push(String(chunk)));
    const isOpen = async (): Promise<boolean> => (await ask('/readyz').catch(() => '')).startsWith('200');
    await eventually('the gate is open', isOpen, patienceMs, () => said.join(''));
    const headers = { 'content-type': 'application/cloudevents+json' };
    for (let times = 0; times < 3; times += 1) await fetch(`${channel}/orders`, { method: 'POST', headers, body: 'x' });
  });

  after(() => {
    sidecar.kill('SIGKILL');
    app.closeAllConnections();
    app.close();
  });

  const ask = async (path: string, options: RequestInit = {}): Promise<string> => {
    const response = await fetch(control + path, options);
    return `${response.status} ${response.headers.get('content-type')} ${await response.text()}`;
  };

  const text = 'text/plain; charset=utf-8';
  const conditions = { 'If-None-Match': '*', 'If-Modified-Since': new Date().toUTCString(), Range: 'bytes=0-1' };
  const cases: readonly { path: string; options?: RequestInit; gives: string | RegExp }[] = [
    { path: '/livez', gives: `200 ${text} ok\n` },
    { path: '/livez?a[b]=1&c=%E0%A4%A', gives: `200 ${text} ok\n` },
    { path: '/readyz', gives: `200 ${text} open\n` },
    { path: '/daps/status', gives: /^200 application\/json; charset=utf-8 \{"phase":"open",/ },
    { path: '/metrics', gives: /\ndaps_requests_total\{kind="delivery",code="200"\} 3\n/ },
    { path: '/metrics', gives: /\nprocess_cpu_user_seconds_total \d/ },
    { path: '/metrics', gives: /\ndaps_drain_seconds_count 0\n/ },
    { path: '/daps/self-shutdown', gives: `404 ${text} not here\n` },
    { path: '/%', gives: `404 ${text} not here\n` },
    { path: '/livez', options: { method: 'HEAD' }, gives: `200 ${text} ` },
    { path: '/livez', options: { method: 'POST', body: '{"a":' }, gives: `404 ${text} not here\n` },
    { path: '/livez', options: { headers: conditions }, gives: /^(200|304) / },
    { path: '/readyz', options: { headers: { Cookie: 'a=b', 'X-Forwarded-For': '::1' } }, gives: /^200 / },
  ];
  for (const { path, options, gives } of cases)
    it(`answers ${options?.method ?? 'GET'} ${path}`, async () => {
      const given = await ask(path, options);
      if (typeof gives === 'string') expect(given).to.equal(gives);
      else expect(given).to.match(gives);
    });

  it('counts what the metrics show once, however often they are asked for', async () => {
    await ask('/metrics');
    expect(await ask('/metrics')).to.match(/\ndaps_requests_total\{kind="delivery",code="200"\} 3\n/);
  });

  it('ends when its pod does and no daprd is there', async () => {
    const ended = once(sidecar, 'exit');
    expect(await ask('/daps/self-shutdown', { method: 'POST' })).to.equal(`202 ${text} draining\n`);
    sidecar.kill('SIGTERM');
    expect(await inTime('its end', ended, patienceMs, () => said.join(''))).to.deep.equal([0, null]);
  });
});
