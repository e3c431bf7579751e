import { expect } from 'chai';
import { SidecarProcess } from '../../support/sidecar/process.ts';

/** The bundle leaves out what its packages only seem to need: every route has to be asked for in it. */
describe("dist/daps-sidecar.mjs's control plane", () => {
  let sidecar: SidecarProcess;

  before(async () => {
    sidecar = await SidecarProcess.open();
    for (let times = 0; times < 3; times += 1) await sidecar.deliver();
  });

  after(() => sidecar.stop());

  const ask = async (path: string, options: RequestInit = {}): Promise<string> => {
    const response = await fetch(sidecar.control + path, options);
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
    { path: '/daps/self-shutdown', options: { method: 'POST' }, gives: `404 ${text} not here\n` },
    { path: '/%', gives: `404 ${text} not here\n` },
    { path: '/livez', options: { method: 'HEAD' }, gives: `200 ${text} ` },
    { path: '/livez', options: { method: 'POST', body: '{"a":' }, gives: `404 ${text} not here\n` },
    { path: '/livez', options: { headers: conditions }, gives: /^200 / },
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

  it('ends with its pod if there is no daprd', async () => {
    sidecar.kill('SIGUSR2');
    await sidecar.until('it drains', async () => /drain/.test(await sidecar.phase()));
    sidecar.end();
    expect(await sidecar.ended()).to.deep.equal([0, null]);
  });
});
