import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { bundle, type Ran, Workbench } from '../../support/cli/sandbox.ts';
import { inTime } from '../../support/eventually.ts';
import { turns } from '../../support/turns.ts';

const pod = (name: string): string => `apiVersion: v1
kind: Pod
metadata:
  name: ${name}
  annotations:
    dapr.io/enabled: "true"
    dapr.io/app-id: ${name}
    dapr.io/app-port: "8080"
spec:
  containers:
  - name: app
    image: x
`;

const configMap = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n';
const daps = process.execPath;

/** Everything that can go wrong in the world around the program, on the file that users run. */
describe('the process', () => {
  let bench: Workbench;
  beforeEach(() => {
    bench = new Workbench();
  });
  afterEach(() => bench.dispose());

  const run = async (args: readonly string[], options: Parameters<Workbench['run']>[2] = {}): Promise<Ran> =>
    bench.run(daps, [bundle, ...args], options);
  const sh = async (script: string, env: Record<string, string> = {}): Promise<Ran> =>
    bench.run('sh', ['-c', script], { env });

  const refused = ({ code, stdout, stderr }: Ran, expected: number, words: RegExp): void => {
    expect({ code, stdout }, stderr).to.deep.equal({ code: expected, stdout: '' });
    expect(stderr).to.match(words);
    expect(stderr).not.to.match(/\n\s+at |this is a bug/);
  };

  describe('streams', () => {
    const megabytes10 = (): string => `${`${pod('web')}---\n`}${`# ${'x'.repeat(97)}\n`.repeat(100_000)}${configMap}`;

    const collectSlowly = async (
      args: readonly string[],
      input: string,
    ): Promise<{ text: string; code: number | null }> => {
      const child = spawn(daps, [bundle, ...args], {
        cwd: bench.folder,
        env: bench.environment,
        stdio: ['pipe', 'pipe', 'ignore'],
      });
      child.stdin.end(input);
      const closed = once(child, 'close');
      const chunks: Buffer[] = [];
      for await (const chunk of child.stdout) {
        chunks.push(chunk as Buffer);
        if (chunks.length % 16 === 0) await turns(100);
      }
      const [code] = await closed;
      return { text: Buffer.concat(chunks).toString(), code: code as number | null };
    };

    it('10 MB arrive whole at a slow reader', async () => {
      const input = megabytes10();
      const { text, code } = await collectSlowly([], input);
      expect(code).to.equal(0);
      expect(text.endsWith(input.slice(input.indexOf('---\n')))).to.equal(true);
      expect(text).to.include('name: "daps"');
    });

    it('10 MB without Dapr arrive whole too', async () => {
      const input = megabytes10().replaceAll('dapr.io/', 'example.com/');
      const { text, code } = await collectSlowly([], input);
      expect(code).to.equal(0);
      expect(text === input).to.equal(true);
    });

    for (const kind of ['injected', 'passed through']) {
      it(`a reader that goes away early is no error (${kind})`, async () => {
        const input = kind === 'injected' ? megabytes10() : megabytes10().replaceAll('dapr.io/', 'example.com/');
        const file = bench.write('big.yaml', input);
        const { stdout, stderr } = await sh(`{ node ${bundle} < ${file}; echo "code $?" >&2; } | head -c 10`);
        expect(stdout).to.have.length(10);
        expect(stderr)
          .to.include('code 0')
          .and.not.match(/EPIPE|\n\s+at /);
      });
    }

    it('a character may be split over two chunks', async () => {
      // It is read 2 ** 20 bytes at a time at most, of which 3 is no divisor: two ends in turn are not both between two €.
      const input = `${pod('web')}# ${'€'.repeat(2 ** 20)}\n`;
      const { text, code } = await collectSlowly([], input);
      expect(code).to.equal(0);
      expect(text.endsWith(`# ${'€'.repeat(2 ** 20)}\n`)).to.equal(true);
    });

    it('a closed stdin is an empty one', async () => {
      const { code, stdout, stderr } = await sh(`node ${bundle} <&-`);
      expect({ code, stdout }, stderr).to.deep.equal({ code: 0, stdout: '# daps: no manifests on stdin\n' });
    });

    it('an empty stdin comes out as a comment, because Helm 4 takes no blank output', async () => {
      const { code, stdout } = await run([], { input: '' });
      expect({ code, stdout }).to.deep.equal({ code: 0, stdout: '# daps: no manifests on stdin\n' });
      expect((await run([], { input: '\n \n' })).stdout).to.equal('\n \n# daps: no manifests on stdin\n');
    });

    it('a terminal on stdin gets help', async function () {
      if (!existsSync('/usr/bin/script')) {
        this.skip();
      }
      const { code, stdout } = await bench.run('/usr/bin/script', ['-qec', `${daps} ${bundle}`, '/dev/null']);
      expect(stdout).to.include('Usage: daps').and.include('uninject');
      expect(code).to.equal(2);
    });

    it('a stream without Dapr is told so, in one line', async () => {
      const { code, stdout, stderr } = await run([], { input: configMap });
      expect({ code, stdout }).to.deep.equal({ code: 0, stdout: configMap });
      expect(stderr.trimEnd().split('\n')).to.have.length(1);
    });

    it('SIGINT while reading ends it by that signal, with nothing written', async () => {
      const child = spawn(daps, [bundle], {
        cwd: bench.folder,
        env: bench.environment,
        stdio: ['pipe', 'pipe', 'ignore'],
      });
      const chunks: Buffer[] = [];
      child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
      // Far more than a pipe holds: when all of it is written, most of it has been read.
      const input = pod('web') + `# ${'x'.repeat(97)}\n`.repeat(100_000);
      await inTime('stdin is read', new Promise((resolve) => child.stdin.write(input, resolve)));
      child.kill('SIGINT');
      const [code, signal] = await once(child, 'close');
      expect({ code, signal, bytes: chunks.length }).to.deep.equal({ code: null, signal: 'SIGINT', bytes: 0 });
    });
  });

  describe('errors leave stdout empty', () => {
    it('bad YAML', async () =>
      refused(await run([], { input: `${pod('web')}---\na: b: c # dapr.io/\n` }), 3, /malformed-yaml/));
    it('an unknown flag', async () =>
      refused(await run(['--ready-pth', '/x'], { input: pod('web') }), 2, /unknown option.*--ready-path/s));
    it('an unknown variable', async () =>
      refused(
        await run([], { input: pod('web'), env: { DAPS_READYPATH: '/x' } }),
        2,
        /DAPS_READYPATH.*DAPS_READY_PATH/,
      ));
    it('a wrong setting', async () =>
      refused(await run(['--ready-path', 'x'], { input: pod('web') }), 2, /--ready-path/));
    it('a missing file', async () => refused(await run(['inject', 'nowhere.yaml']), 2, /nowhere\.yaml/));
    it('bytes that are not UTF-8', async () =>
      refused(
        await run([], { input: Buffer.from([0x61, 0xff, 0xfe, 0x0a]) }),
        3,
        /stdin:1:2: error\[not-utf8\].*0xff/,
      ));
    it('UTF-16', async () =>
      refused(await run([], { input: Buffer.from(`\uFEFF${pod('web')}`, 'utf16le') }), 3, /not-utf8.*utf-16le/i));
    it('UTF-16 the other way', async () =>
      refused(
        await run([], { input: Buffer.from(`\uFEFF${pod('web')}`, 'utf16le').swap16() }),
        3,
        /not-utf8.*utf-16be/i,
      ));

    it('a bad .daps.yaml of a folder above, even where there is nothing to inject', async () => {
      bench.write('.daps.yaml', 'readyPth: /x\n');
      const cwd = join(bench.folder, 'a/b');
      mkdirSync(cwd, { recursive: true });
      for (const input of [pod('web'), configMap])
        refused(await run([], { input, cwd }), 2, /readyPth.*\.daps\.yaml.*readyPath/);
    });

    it('a subcommand that does not exist: the message says what there is', async () => {
      const ran = await run(['nonsense'], { input: pod('web') });
      refused(ran, 2, /nonsense/);
      expect(ran.stderr).to.match(/daps --help|command/);
    });

    it('a command misspelt by a letter is named', async () =>
      refused(await run(['uninjct'], { input: pod('web') }), 2, /uninject/));

    it('a Node that is too old', async () => {
      const code = "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.1.0' } })";
      const ran = await bench.run(daps, ['--import', `data:text/javascript,${encodeURIComponent(code)}`, bundle], {
        input: pod('web'),
      });
      refused(ran, 2, /needs Node 22\.19 or later, and this is Node 20\.1\.0/);
    });

    it('a log file that cannot be written is no stack trace', async () =>
      refused(await run(['--log-file', '.'], { input: pod('web') }), 2, /folder/));
    it('a report that cannot be written is no stack trace', async () => {
      const file = bench.write('file', '');
      refused(await run(['--report', `${file}/report.json`], { input: pod('web') }), 2, /report\.json/);
    });
  });

  it('variables that Kubernetes sets for a Service called daps are nobody’s settings', async () => {
    const env = {
      DAPS_SERVICE_HOST: '10.0.0.1',
      DAPS_SERVICE_PORT: '80',
      DAPS_PORT: 'tcp://10.0.0.1:80',
      DAPS_PORT_80_TCP_ADDR: '10.0.0.1',
    };
    const { code, stdout } = await run([], { input: pod('web'), env });
    expect(code).to.equal(0);
    expect(stdout).to.include('name: "daps"');
  });

  describe('daps run', () => {
    it('injects what a command prints, and shows its stderr', async () => {
      const file = bench.write('with space/web.yaml', pod('web'));
      const { code, stdout, stderr } = await run([
        'run',
        '--',
        'sh',
        '-c',
        'echo "hello from CMD" >&2; cat "$1"',
        'x',
        file,
      ]);
      expect(code).to.equal(0);
      expect(stdout).to.include('name: "daps"');
      expect(stderr).to.include('hello from CMD');
    });

    it('hands stdin on', async () =>
      expect((await run(['run', '--', 'cat'], { input: pod('web') })).stdout).to.include('name: "daps"'));

    it('takes flags before --, and gives those after it to the command', async () => {
      const { stdout } = await run(['run', '--log-level', 'debug', '--', 'printf', '%s\n', '# --quiet', pod('web')]);
      expect(stdout)
        .to.match(/^# --quiet\n/)
        .and.include('value: "debug"');
    });

    it('fails as the command fails', async () =>
      refused(await run(['run', '--', 'sh', '-c', `printf '${configMap}'; exit 7`]), 7, /exit code 7/));
    it('127: there is no such program', async () =>
      refused(await run(['run', '--', 'no-such-program']), 127, /no-such-program/));
    it('126: it cannot be executed', async () =>
      refused(await run(['run', '--', bench.write('plain.txt', 'x')]), 126, /chmod/));
    it('128 + n: a signal ended it', async () =>
      refused(await run(['run', '--', 'sh', '-c', 'kill -TERM $$']), 143, /SIGTERM/));
  });

  describe('what is written besides', () => {
    it('--report is JSON', async () => {
      const { code } = await run(['--report', 'out/report.json'], { input: pod('web') });
      expect(code).to.equal(0);
      expect(readFileSync(join(bench.folder, 'out/report.json'), 'utf8')).to.satisfy(
        (text: string) => typeof JSON.parse(text) === 'object',
      );
    });

    it('--log-file appends', async () => {
      const log = join(bench.folder, 'daps.log');
      const { stderr } = await run(['--log-file', log], { input: pod('web') });
      await run(['--log-file', log], { input: pod('web') });
      expect(readFileSync(log, 'utf8')).to.equal(stderr + stderr);
    });

    it('--quiet says nothing of success, and all of errors', async () => {
      expect((await run(['--quiet'], { input: pod('web') })).stderr).to.equal('');
      refused(await run(['--quiet'], { input: 'a: b: c # dapr.io/\n' }), 3, /malformed-yaml/);
    });

    it('colour: only when asked for, or on a terminal without NO_COLOR', async () => {
      const colored = '\u001b[';
      expect((await run([], { input: pod('web') })).stderr).not.to.include(colored);
      expect((await run(['--color', 'always'], { input: pod('web') })).stderr).to.include(colored);
      expect((await run(['--color', 'never'], { input: pod('web') })).stderr).not.to.include(colored);
      const always = await run(['--color', 'always'], { input: pod('web'), env: { NO_COLOR: '1' } });
      expect(always.stderr, 'the flag is stronger than the variable').to.include(colored);
    });

    it('NO_COLOR holds on a terminal', async function () {
      if (!existsSync('/usr/bin/script')) this.skip();
      const file = bench.write('web.yaml', pod('web'));
      const onTerminal = async (env: Record<string, string>): Promise<string> =>
        (
          await bench.run('/usr/bin/script', ['-qec', `${daps} ${bundle} inject ${file}`, '/dev/null'], {
            env: { TERM: 'xterm', ...env },
          })
        ).stdout;
      expect(await onTerminal({})).to.include('\u001b[');
      expect(await onTerminal({ NO_COLOR: '1' })).not.to.include('\u001b[');
    });

    for (const [tool, ...args] of [
      ['patch', '-p0', '--quiet'],
      ['git', 'apply', '-p0', '--unidiff-zero'],
    ] as const) {
      it(`--diff is a patch that ${tool} applies to the same result`, async () => {
        const before = `${pod('web')}---\n${configMap}---\n${pod('api')}`.replace(/\n$/, '');
        bench.write('in.yaml', before);
        const whole = await run(['inject', 'in.yaml']);
        const diff = await run(['inject', '--diff', 'in.yaml']);
        expect(diff.stdout).to.match(/^--- /);
        const applied = await bench.run(tool, [...args, ...(tool === 'patch' ? ['in.yaml'] : [])], {
          input: diff.stdout.replaceAll('in.yaml (injected)', 'in.yaml'),
        });
        expect(applied.code, applied.stderr).to.equal(0);
        expect(readFileSync(join(bench.folder, 'in.yaml'), 'utf8')).to.equal(whole.stdout);
      });
    }

    it('--diff of nothing is nothing', async () =>
      expect((await run(['--diff'], { input: configMap })).stdout).to.equal(''));

    it('--dry-run prints only the report', async () => {
      const { code, stdout, stderr } = await run(['--dry-run'], { input: pod('web') });
      expect({ code, stdout }).to.deep.equal({ code: 0, stdout: '' });
      expect(stderr).to.include('1 injected');
    });

    it('--emit kustomize-patches prints patches', async () => {
      const { code, stdout } = await run(['--emit', 'kustomize-patches'], { input: pod('web') });
      expect(code).to.equal(0);
      expect(stdout)
        .to.match(/patches:/)
        .and.match(/kind: "?Pod/);
    });
  });

  describe('files', () => {
    it('files, folders and stdin are joined in order, with a separator between', async () => {
      const first = bench.write('a.yaml', pod('a').replace(/\n$/, ''));
      bench.write('folder/deep/b.yaml', `---\n${pod('b')}`);
      bench.write('folder/c.json', '{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"c"}}');
      bench.write('folder/notes.txt', 'not a manifest');
      const { code, stdout, stderr } = await run(['inject', first, 'folder', '-'], { input: pod('d') });
      expect(code, stderr).to.equal(0);
      const documents = stdout.split(/^---\n/m).filter((text) => text.trim() !== '');
      expect(documents).to.have.length(4);
      expect(documents.map((text) => /name"?: ?"?([abcd])\b/.exec(text)?.[1])).to.deep.equal(['a', 'c', 'b', 'd']);
      expect(stdout).not.to.include('not a manifest');
    });

    it('a file that starts with a comment or a directive is still a document of its own', async () => {
      const first = bench.write('a.yaml', pod('a'));
      const second = bench.write('b.yaml', `# about b\n---\n${pod('b')}`);
      const third = bench.write('c.yaml', `%YAML 1.1\n---\n${pod('c')}`);
      const { stdout } = await run(['inject', first, second]);
      const again = await run([], { input: stdout });
      expect(again.stdout).to.equal(stdout);
      expect(again.stderr).to.include('2 unchanged');
      const directive = await run(['inject', first, third]);
      const read = await run([], { input: directive.stdout });
      expect(read.code, read.stderr).to.equal(0);
      expect(read.stderr).to.include('2 unchanged');
    });

    it('a BOM at the start of a second file does not get into the middle of the stream', async () => {
      const first = bench.write('a.yaml', pod('a'));
      const second = bench.write('b.yaml', `\uFEFF${pod('b')}`);
      const { stdout } = await run(['inject', first, second]);
      const again = await run([], { input: stdout });
      expect(again.code, again.stderr).to.equal(0);
      expect(again.stderr).to.include('2 unchanged');
    });

    it('an empty file among others adds no text', async () => {
      const { code, stdout } = await run(['inject', bench.write('empty.yaml', ''), bench.write('a.yaml', pod('a'))]);
      expect(code).to.equal(0);
      expect(stdout).to.include('name: "daps"');
    });

    it('uninject gives back a file byte for byte', async () => {
      const text = pod('a').replaceAll('\n', '\r\n');
      const { stdout } = await run(['inject', bench.write('a.yaml', text)]);
      expect((await run(['uninject', bench.write('b.yaml', stdout)])).stdout).to.equal(text);
    });
  });

  describe('about itself', () => {
    it('--version is that of package.json', async () => {
      const manifest = JSON.parse(readFileSync(join(import.meta.dirname, '../../../package.json'), 'utf8')) as {
        version: string;
      };
      expect((await run(['--version'])).stdout).to.equal(`${manifest.version}\n`);
    });

    it('--help lists the commands that there are, and no other', async () => {
      const { code, stdout } = await run(['--help']);
      expect(code).to.equal(0);
      const commands = [...stdout.slice(stdout.indexOf('Commands:')).matchAll(/^ {2}([a-z-]+)/gm)].map(
        ([, name]) => name,
      );
      expect(
        commands.filter((name) => name !== 'help' && name !== 'helm' && name !== 'kustomize' && name !== 'daps'),
      ).to.deep.equal([
        'inject',
        'uninject',
        'fn',
        'run',
        'explain',
        'capture',
        'lint',
        'rules',
        'schema',
        'helm-plugin',
      ]);
    });
  });
});
