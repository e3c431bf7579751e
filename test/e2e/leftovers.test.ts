import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { expect } from 'chai';
import { begun } from '../support/run-name.ts';
import { ensureRabbit, withRabbit } from '../support/scenario/broker.ts';

const support = (name: string): string => import.meta.resolve(`../support/${name}.ts`);

/** Makes one of each, says what, and stays until it is told to end. */
const making = `
  import { spawn } from 'node:child_process';
  import { claimNames, namesOf } from '${support('scenario/broker-names')}';
  import { withRabbit } from '${support('scenario/broker')}';
  import { hasNamespaces, Namespace } from '${support('pod/namespace')}';
  import { markOfThisRun } from '${support('orphans')}';
  import { ofThisRun } from '${support('run-name')}';
  import { openTempFolder } from '${support('temp-folder')}';
  const queue = ofThisRun('leftovers');
  await claimNames(namesOf([], [queue]));
  await withRabbit(async (connection) => (await connection.createChannel()).assertQueue(queue));
  const one = (await hasNamespaces()) ? await Namespace.open({ daprdGrpc: 50001, daprdInternal: 50002 }) : undefined;
  const namespace = one?.enter[1].replace('--net=', '');
  const { path: folder } = openTempFolder();
  const { pid } = spawn('sleep', ['600'], { env: { ...process.env, ...markOfThisRun }, stdio: 'ignore' });
  process.stdout.write(JSON.stringify({ pid, folder, queue, namespace }) + '\\n');
  process.stdin.once('data', () => process.exit(1));
`;

/** What a process does that makes pods, folders and queues, before it makes the first. */
const sweeping = `
  import { claimNames, namesOf, removeNames } from '${support('scenario/broker-names')}';
  import { sweepPods } from '${support('pod/leftovers')}';
  import { openTempFolder } from '${support('temp-folder')}';
  await sweepPods();
  openTempFolder().remove();
  await removeNames(await claimNames(namesOf([], [])));
`;

interface Made {
  readonly pid: number;
  readonly folder: string;
  readonly queue: string;
  /** Where the machine has none for us, there is none to be removed either. */
  readonly namespace?: string;
}

const isInRabbit = (queue: string): Promise<boolean> =>
  withRabbit(async (connection) => {
    const channel = await connection.createChannel();
    channel.on('error', () => undefined); // a queue that is not there ends the channel
    return channel.checkQueue(queue).then(
      () => true,
      () => false,
    );
  });

/** The kinds of things that are still there. */
const left = async ({ pid, folder, queue, namespace }: Made): Promise<readonly string[]> => [
  ...(begun(pid) === undefined ? [] : ['process']),
  ...(existsSync(folder) ? ['folder'] : []),
  ...((await isInRabbit(queue)) ? ['queue'] : []),
  ...(namespace !== undefined && existsSync(namespace) ? ['namespace'] : []),
];

describe('what a test process makes', function () {
  this.timeout(120_000);
  const processes: ChildProcessWithoutNullStreams[] = [];
  const orphans: number[] = [];
  before(function () {
    if (process.platform !== 'linux') this.skip(); // elsewhere only what a process removes itself is removed
    return ensureRabbit();
  });
  afterEach(() => {
    for (const one of processes.splice(0)) one.kill('SIGKILL');
    for (const pid of orphans.splice(0)) if (begun(pid) !== undefined) process.kill(pid, 'SIGKILL');
  });

  const run = (script: string): ChildProcessWithoutNullStreams => {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script]);
    child.stderr.pipe(process.stderr);
    processes.push(child);
    return child;
  };
  const make = async (): Promise<{ readonly made: Made; readonly maker: ChildProcessWithoutNullStreams }> => {
    const maker = run(making);
    const [line] = (await once(createInterface({ input: maker.stdout }), 'line')) as [string];
    const made = JSON.parse(line) as Made;
    orphans.push(made.pid);
    return { made, maker };
  };

  const endings: Readonly<Record<string, (maker: ChildProcessWithoutNullStreams) => unknown>> = {
    'ends early': (maker) => maker.stdin.write('end\n'),
    'is asked to end': (maker) => maker.kill('SIGTERM'),
  };
  for (const [how, end] of Object.entries(endings))
    it(`its folders and namespaces are gone when it ${how}`, async () => {
      const { made, maker } = await make();
      expect(await left(made)).to.include.members(['process', 'folder', 'queue']);
      end(maker);
      await once(maker, 'exit');
      const after = await left(made);
      expect(after).not.to.include('folder');
      expect(after).not.to.include('namespace');
    });

  it('everything is removed by the next process when it is killed; what a living one makes stays', async () => {
    const [killed, living] = await Promise.all([make(), make()]);
    const all = await left(living.made);
    killed.maker.kill('SIGKILL');
    await once(killed.maker, 'exit');
    const [code] = (await once(run(sweeping), 'exit')) as [number];
    expect(code).to.equal(0);
    expect(await left(killed.made)).to.deep.equal([]);
    expect(await left(living.made)).to.deep.equal(all);
    expect(all).to.include.members(['process', 'folder', 'queue']);
  });
});
