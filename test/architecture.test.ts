import { readdirSync } from 'node:fs';
import { expect } from 'chai';
import { readSources, root, type Source } from './support/sources.ts';

/** Design §3: which part may import which. A part is the longest prefix that matches. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  'cli/start.ts': ['cli/pass-through.ts', 'node:'],
  'cli/pass-through.ts': ['cli/core/report/summary.ts', 'cli/shell/', 'node:'],
  'cli/main.ts': ['cli/program.ts', 'cli/shell/', 'cli/exit-code.ts', 'cli/version.ts', 'node:process'],
  'cli/version.ts': ['package.json'],
  'cli/build.ts': ['node:', 'esbuild'],
  'cli/exit-code.ts': [],
  'cli/program.ts': ['cli/commands/', 'cli/exit-code.ts', 'commander'],
  'cli/commands/': ['cli/commands/', 'cli/core/', 'cli/exit-code.ts', 'commander', 'diff'],
  'cli/shell/': ['cli/shell/', 'cli/commands/shell.ts', 'node:', 'execa', '@kubernetes/client-node/'],
  'cli/core/': ['cli/core/', 'proxy/contract.ts', 'proxy/header.ts', 'yaml', 'fastest-levenshtein', 'semver/'],
  'proxy/contract.ts': [],
  'proxy/result.ts': [],
  'proxy/unreachable.ts': [],
  'proxy/duration.ts': [],
  'proxy/build.ts': ['node:', 'esbuild'],
  'proxy/config.ts': [
    'proxy/contract.ts',
    'proxy/duration.ts',
    'proxy/header.ts',
    'proxy/health-path.ts',
    'proxy/result.ts',
  ],
  'proxy/header.ts': [],
  'proxy/health-path.ts': [],
  'proxy/main.ts': ['proxy/run.ts', 'proxy/signal.ts', 'node:process'],
  'proxy/run.ts': ['proxy/', 'node:process'],
  'proxy/signal.ts': ['node:'],
  'proxy/signals.ts': ['proxy/signal.ts', 'node:process'],
  'proxy/app-pre-stop.ts': ['proxy/config.ts', 'proxy/lifecycle/hook-time.ts', 'proxy/ports/'],
  'proxy/app.ts': ['proxy/'],
  'proxy/ask-for-routes.ts': ['proxy/channel/known-routes.ts', 'proxy/ports/'],
  'proxy/lifecycle/': [
    'proxy/lifecycle/',
    'proxy/config.ts',
    'proxy/unreachable.ts',
    'proxy/ports/',
    'proxy/channel/classify.ts',
    'proxy/channel/context.ts',
    'proxy/channel/traffic.ts',
  ],
  'proxy/channel/': [
    'proxy/channel/',
    'proxy/config.ts',
    'proxy/health-path.ts',
    'proxy/unreachable.ts',
    'proxy/lifecycle/gate.ts',
    'proxy/ports/adopt-reading.ts',
    'proxy/ports/given-up.ts',
    'node:net',
    'node:tls',
  ],
  'proxy/channel/http1/': ['proxy/channel/http1/'],
  'proxy/control/': [
    'proxy/control/',
    'proxy/channel/classify.ts',
    'proxy/channel/traffic.ts',
    'proxy/contract.ts',
    'proxy/config.ts',
    'proxy/lifecycle/',
    'proxy/ports/',
    'node:http',
    'node:net',
    'node:stream',
    'express',
    'prom-client',
  ],
  'proxy/ports/': ['proxy/ports/', 'proxy/config.ts', 'proxy/contract.ts', 'proxy/unreachable.ts', 'node:', 'pino'],
};

const partOf = (path: string): string | undefined =>
  Object.keys(mayImport)
    .filter((part) => path === part || (part.endsWith('/') && path.startsWith(part)))
    .sort((a, b) => b.length - a.length)[0];

/** The catalogue is all words; a connection is one state machine that is harder to follow in two halves. */
const longer: Readonly<Record<string, number>> = { 'cli/core/catalog.ts': 500, 'proxy/channel/connection.ts': 430 };
const maxLines = (path: string): number => longer[path] ?? 300;

const sources: readonly Source[] = readSources('cli', 'proxy');

describe('architecture', () => {
  it('has sources to look at', () => expect(sources.length).to.be.greaterThan(50));

  for (const { path, imports, lines, code } of sources) {
    it(`${path} imports only what its part may`, () => {
      const part = partOf(path);
      expect(part, `${path} belongs to no part; name it in mayImport`).to.be.a('string');
      const allowed = mayImport[part ?? ''] ?? [];
      const wrong = imports.filter(
        ({ target }) =>
          !allowed.some((prefix) => target === prefix || (/[/:]$/.test(prefix) && target.startsWith(prefix))),
      );
      expect(wrong.map(({ target }) => target)).to.deep.equal([]);
    });

    it(`${path} is one thing: at most ${maxLines(path)} lines`, () => {
      expect(lines).to.be.at.most(maxLines(path));
    });

    if (path.startsWith('cli/core/')) {
      it(`${path} is pure: no process, clock, randomness or console`, () => {
        expect(code).not.to.match(/\bprocess\.|\bDate\b|Math\.random|performance\.|\bconsole\b|setTimeout|globalThis/);
      });
    }
  }

  it('main.ts files are too small to be wrong', () => {
    for (const { path, lines } of sources) if (path.endsWith('/main.ts')) expect(lines, path).to.be.at.most(40);
  });

  it('tests of pods wait for events: no suite and no scenario has a timer', () => {
    const isTest = ({ path }: Source): boolean => /\.(test|lab)\.ts$|\/(scenarios|suite)\//.test(path);
    const tests = readSources('test/e2e', 'test/lab').filter(isTest);
    expect(tests.length).to.be.greaterThan(10);
    const timed = tests.filter(({ imports }) => imports.some(({ target }) => target.startsWith('node:timers')));
    expect(timed.map(({ path }) => path)).to.deep.equal([]);
  });

  it('a doc comment stands on lines of its own, above what it documents', () => {
    const inline = [...sources, ...readSources('test')].flatMap(({ path, text }) =>
      text.split('\n').flatMap((line, index) => (/\/\*\* .*\*\/;/.test(line) ? [`${path}:${index + 1}`] : [])),
    );
    expect(inline).to.deep.equal([]);
  });

  it('no file or folder has a name that says nothing', () => {
    const vague = /^(utils?|helpers?|common|misc|managers?|services?)(\.|$)/;
    const names = sources.flatMap(({ path }) => path.split('/'));
    expect(names.filter((name) => vague.test(name))).to.deep.equal([]);
  });

  it('the top level holds what the design names, and nothing else', () => {
    const known = [
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'chart',
      'cli',
      'fixtures',
      'package-lock.json',
      'package.json',
      'proxy',
      'test',
      'tsconfig.json',
    ];
    const generated = ['node_modules', 'dist', 'coverage'];
    const found = readdirSync(root).filter((name) => !name.startsWith('.') && !generated.includes(name));
    expect(found.filter((name) => !known.includes(name))).to.deep.equal([]);
  });
});
