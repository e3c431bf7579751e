import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { holdDeliveries } from '../support/relay/held-deliveries.ts';
import { root } from '../support/sources.ts';
import { floodDeliveries } from './flooded-deliveries.ts';
import { dapsPeer } from './peers/daps.ts';
import { expressPeer } from './peers/express.ts';
import { haproxyPeer } from './peers/haproxy.ts';
import { appOn, nginxPeer } from './peers/nginx.ts';
import type { Peer } from './peers/peer.ts';
import { processorTime, stolenShare } from './processor-time.ts';
import { constantLoad, fullLoad, type Load } from './proxy-load.ts';
import { cores, freePorts, isInstalled, type Running, start, wordsOf } from './proxy-processes.ts';
import { isStarved, type Measured, medianOf, type Results, tablesOf, targetsOf } from './proxy-table.ts';

/** For `.ci/run`: what no mark is about is left out, and only what is far off fails. */
const isQuick = process.argv.includes('--quick');
const debianPackages = {
  nginx: 'nginx',
  wrk: 'wrk',
  taskset: 'util-linux',
  ...(isQuick ? {} : { haproxy: 'haproxy' }),
};
const [rounds, roundS, warmUpS] = isQuick ? [1, 2, 1] : [3, 5, 2];

const direct: Peer = { name: 'direct', program: undefined };
const peers: readonly Peer[] = [direct, dapsPeer, nginxPeer, ...(isQuick ? [] : [haproxyPeer]), expressPeer];

/** A peer that runs, or the app itself. */
interface Way {
  readonly name: string;
  readonly port: number;
  readonly running: Running;
}

const postOne = (port: number): Promise<number | undefined> =>
  new Promise((resolve) => {
    const sent = http.request({ host: '127.0.0.1', port, path: '/orders', method: 'POST', agent: false });
    sent.setTimeout(1000, () => sent.destroy());
    sent.on('response', (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    sent.on('error', () => resolve(undefined));
    sent.end('{}');
  });

const untilItAnswers = async ({ name, port, running }: Way): Promise<void> => {
  for (const deadline = performance.now() + 15_000; performance.now() < deadline; await sleep(50)) {
    if ((await postOne(port)) === 200) return;
    const words = running.lastWords();
    if (words !== undefined) throw new Error(`${name} has ended: ${words}`);
  }
  throw new Error(`${name} does not answer`);
};

const startAll = async (on: { readonly proxy: number; readonly app: number }): Promise<readonly Way[]> => {
  const [appPort = 0, ...ports] = await freePorts(peers.length);
  const app = { name: direct.name, port: appPort, running: start('app', appOn(appPort), on.app) };
  await untilItAnswers(app);
  const ways: Way[] = [];
  for (const { name, program } of peers) {
    if (program === undefined) continue;
    const port = ports[ways.length] ?? 0;
    const way = { name, port, running: start(name, await program(port, appPort), on.proxy) };
    ways.push(way);
    await untilItAnswers(way);
  }
  return [app, ...ways];
};

const measureOnce = async ({ port, running }: Way, load: Load, core: number): Promise<Measured> => {
  const before = running.cpuMicros();
  const { requests, seconds, p50Ms, p99Ms, errors, unanswered } = await load(port, roundS, core);
  const cpuMicros = running.cpuMicros() - before;
  return {
    perSecond: requests / seconds,
    cpuMicros: cpuMicros / requests,
    coreShare: cpuMicros / 1e6 / seconds,
    p50Ms,
    p99Ms,
    errors,
    unanswered,
  };
};

/** All ways take turns, so that what else the machine does falls on each. */
const measure = async (ways: readonly Way[], load: Load, core: number): Promise<ReadonlyMap<string, Measured>> => {
  for (const { port } of ways) await load(port, warmUpS, core);
  const measured = new Map(ways.map(({ name }): [string, Measured[]] => [name, []]));
  for (let round = 0; round < rounds; round += 1)
    for (const way of ways) measured.get(way.name)?.push(await measureOnce(way, load, core));
  return new Map([...measured].map(([name, all]) => [name, medianOf(all)]));
};

const peaks = (ways: readonly Way[]): ReadonlyMap<string, number> =>
  new Map(ways.map(({ name, running }) => [name, running.peakMegabytes()]));

/** What else the machine did, before this began. */
const otherLoad = loadavg()[0] ?? 0;

const measureAll = async (on: { proxy: number; app: number; load: number }): Promise<Results> => {
  const ways = await startAll(on);
  await sleep(1000);
  const idle = peaks(ways);
  const before = processorTime();
  const small = await measure(ways, fullLoad(1024, 32), on.load);
  const large = await measure(ways, fullLoad(65_536, 32), on.load);
  const single = await measure(ways, fullLoad(1024, 1), on.load);
  const constant = await measure(ways, constantLoad(1024, 1000), on.load);
  const loaded = peaks(ways);
  const many = await measure(ways, fullLoad(1024, 1024), on.load);
  const stolen = stolenShare(before, processorTime());
  const held = await holdDeliveries(1024, 64 * 1024);
  const flooded = await floodDeliveries(roundS);
  return { small, large, single, constant, many, held, flooded, stolen, peaks: { idle, loaded, many: peaks(ways) } };
};

const conditions = ({ stolen }: Results): string => {
  const version = (program: string): string => /\d+(?:\.\d+)+/.exec(wordsOf(program, ['-v']))?.[0] ?? '?';
  const haproxy = isQuick ? '' : `, HAProxy ${version('haproxy')}`;
  const versions = `Node ${process.versions.node}, nginx ${version('nginx')}${haproxy}`;
  return `${versions}; ${cpus().length} cores, one of them the proxy's; medians of ${rounds} × ${roundS} s; load average before: ${otherLoad.toFixed(1)}; ${Math.round(stolen * 100)} % of the time taken by other machines.`;
};

const writeTable = (text: string): boolean => {
  const document = join(root, 'proxy/MEASUREMENTS.md');
  const marks = /(<!-- bench:proxy -->\n)[\s\S]*?(<!-- \/bench:proxy -->)/;
  const old = existsSync(document) ? readFileSync(document, 'utf8') : '';
  if (!marks.test(old)) return false;
  writeFileSync(
    document,
    old.replace(marks, (_, open: string, close: string) => `${open}${text}\n${close}`),
  );
  return true;
};

const cannotRun = (): string | undefined => {
  if (process.platform !== 'linux') return 'it reads /proc, which only Linux has';
  const missing = Object.entries(debianPackages).filter(([program]) => !isInstalled(program));
  if (missing.length > 0)
    return `not found: ${missing.map(([name]) => name).join(', ')}; get it with: apt-get install ${missing.map(([, name]) => name).join(' ')}`;
  return cores() === undefined ? 'the proxy must have a core of its own, and there is only one' : undefined;
};

const runAll = async (): Promise<boolean> => {
  const reason = cannotRun();
  const on = cores();
  if (reason !== undefined || on === undefined) {
    process.stderr.write(`bench:proxy cannot run: ${reason}\n`);
    return false;
  }
  const results = await measureAll(on);
  const targets = targetsOf(results);
  const text = tablesOf(conditions(results), results, targets);
  process.stdout.write(`${text}\n`);
  if (isStarved(results)) process.stderr.write('other machines took too much of the processor: no speed is judged\n');
  for (const { what, measured, isMet, isFarOff } of targets)
    if (!isMet) process.stderr.write(`${isFarOff ? 'far off' : 'missed'}: ${what}: ${measured}\n`);
  if (process.argv.includes('--write') && !writeTable(text)) {
    process.stderr.write(
      'proxy/MEASUREMENTS.md has no <!-- bench:proxy --> … <!-- /bench:proxy -->: nothing written\n',
    );
    return false;
  }
  return targets.every(({ isMet, isFarOff }) => isMet || (isQuick && !isFarOff));
};

process.exit((await runAll()) ? 0 : 1);
