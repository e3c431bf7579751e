import { readdirSync } from 'node:fs';
import { expect } from 'chai';
import { readSources, root, type Source } from './support/sources.ts';

/** What every folder of `cli/core` above the manifest may use: the words for problems, manifests, the contract. */
const coreBelow = [
  'cli/core/catalog.ts',
  'cli/core/counted.ts',
  'cli/core/diagnostic.ts',
  'cli/core/nearest.ts',
  'cli/core/printable.ts',
  'cli/core/problem-args.ts',
  'cli/core/manifest/',
  'proxy/contract/',
];

/** Which part may import which. A part is the longest prefix that matches; every folder is a part. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  'cli/start.ts': ['cli/pass-through.ts', 'node:'],
  'cli/pass-through.ts': ['cli/core/report/summary.ts', 'cli/core/settings/folders-upward.ts', 'cli/shell/', 'node:'],
  'cli/main.ts': ['cli/program.ts', 'cli/shell/', 'cli/exit-code.ts', 'cli/version.ts', 'node:process'],
  'cli/version.ts': ['package.json'],
  'cli/build.ts': ['node:', 'esbuild', 'cli/shell/pages.ts'],
  'cli/exit-code.ts': [],
  'cli/program.ts': [
    'cli/commands/',
    'cli/run/options.ts',
    'cli/run/lint-options.ts',
    'cli/shell/shell.ts',
    'cli/exit-code.ts',
    'commander',
  ],
  'cli/commands/': [
    'cli/commands/',
    'cli/run/',
    'cli/core/',
    'cli/shell/shell.ts',
    'cli/exit-code.ts',
    'proxy/contract/',
    'commander',
  ],
  'cli/run/': [
    'cli/run/',
    'cli/core/',
    'cli/shell/shell.ts',
    'cli/exit-code.ts',
    'proxy/contract/',
    'commander',
    'diff',
  ],
  'cli/shell/': ['cli/shell/', 'node:', 'execa', '@kubernetes/client-node/'],
  'cli/core/': [...coreBelow, 'fastest-levenshtein'],
  'cli/core/manifest/text/': ['cli/core/manifest/text/'],
  'cli/core/manifest/model/': ['cli/core/manifest/model/'],
  'cli/core/manifest/read/': [
    'cli/core/manifest/read/',
    'cli/core/manifest/text/',
    'cli/core/manifest/model/',
    'proxy/contract/',
    'yaml',
  ],
  'cli/core/manifest/read/go-yaml/': ['cli/core/manifest/read/go-yaml/', 'cli/core/manifest/model/'],
  'cli/core/manifest/object/': ['cli/core/manifest/object/', 'cli/core/manifest/model/'],
  'cli/core/manifest/write/': [
    'cli/core/manifest/write/',
    'cli/core/manifest/text/',
    'cli/core/manifest/model/',
    'proxy/contract/',
  ],
  'cli/core/manifest/undo/': [
    'cli/core/manifest/undo/',
    'cli/core/manifest/write/',
    'cli/core/manifest/read/',
    'cli/core/manifest/text/',
    'cli/core/manifest/model/',
  ],
  'cli/core/dapr/': ['cli/core/dapr/', 'cli/core/manifest/', 'proxy/contract/', 'semver/'],
  'cli/core/settings/': ['cli/core/settings/', 'cli/core/dapr/', ...coreBelow],
  'cli/core/plan/': ['cli/core/plan/', 'cli/core/settings/', 'cli/core/dapr/', ...coreBelow, 'fastest-levenshtein'],
  'cli/core/document/': ['cli/core/document/', ...coreBelow],
  'cli/core/inject/': [
    'cli/core/inject/',
    'cli/core/document/',
    'cli/core/plan/',
    'cli/core/settings/',
    'cli/core/dapr/',
    ...coreBelow,
  ],
  'cli/core/inject/passes/': [
    'cli/core/inject/passes/',
    'cli/core/plan/',
    'cli/core/dapr/',
    'cli/core/manifest/',
    'proxy/contract/',
  ],
  'cli/core/report/': ['cli/core/report/', 'cli/core/inject/', 'cli/core/plan/', ...coreBelow],
  'cli/core/lint/scene/': [
    'cli/core/lint/scene/',
    'cli/core/inject/',
    'cli/core/document/',
    'cli/core/plan/',
    'cli/core/settings/',
    'cli/core/dapr/',
    ...coreBelow,
  ],
  'cli/core/lint/rule/': ['cli/core/lint/rule/', 'cli/core/lint/scene/', 'cli/core/dapr/', ...coreBelow],
  'cli/core/lint/rules/': [
    'cli/core/lint/rules/',
    'cli/core/lint/rule/',
    'cli/core/lint/scene/',
    'cli/core/plan/',
    'cli/core/dapr/',
    ...coreBelow,
  ],
  'cli/core/lint/': ['cli/core/lint/', 'cli/core/inject/', 'cli/core/document/', 'cli/core/settings/', ...coreBelow],
  'cli/core/lint/format/': [
    'cli/core/lint/format/',
    'cli/core/lint/rule/',
    'cli/core/lint/chart/',
    'cli/core/lint/fingerprint.ts',
    'cli/core/lint/listed-rules.ts',
    'cli/core/lint/result.ts',
    'cli/core/report/text.ts',
    ...coreBelow,
    'sarif',
  ],
  'cli/core/schema/': [
    'cli/core/schema/',
    'cli/core/lint/lint-config.ts',
    'cli/core/lint/listed-rules.ts',
    'cli/core/lint/rule/rule.ts',
    'cli/core/settings/',
    ...coreBelow,
  ],
  'cli/core/lint/chart/': ['cli/core/lint/chart/'],
  'cli/core/explain/': [
    'cli/core/explain/',
    'cli/core/report/',
    'cli/core/inject/',
    'cli/core/plan/',
    'cli/core/settings/',
    'cli/core/dapr/',
    'proxy/policy/drain-step.ts',
    'proxy/policy/linger.ts',
    ...coreBelow,
  ],
  'cli/core/emit/': ['cli/core/emit/', 'cli/core/inject/', 'cli/core/document/', ...coreBelow],
  'cli/core/fn/': ['cli/core/fn/', 'cli/core/document/', ...coreBelow],
  'cli/core/helm-plugin/': ['cli/core/helm-plugin/'],
  'cli/core/capture/': ['cli/core/capture/', 'cli/core/settings/', 'cli/core/dapr/', ...coreBelow],
  'proxy/contract/': ['proxy/contract/'],
  'proxy/build.ts': ['node:', 'esbuild'],
  'proxy/config.ts': ['proxy/contract/', 'proxy/health-path.ts'],
  'proxy/health-path.ts': [],
  'proxy/main.ts': ['proxy/run.ts', 'proxy/self-shutdown.ts', 'node:process'],
  'proxy/run.ts': ['proxy/sidecar.ts', 'proxy/config.ts', 'proxy/signals.ts', 'proxy/adapters/', 'node:process'],
  'proxy/self-shutdown.ts': ['node:'],
  'proxy/signals.ts': ['proxy/self-shutdown.ts', 'node:process'],
  'proxy/app-pre-stop.ts': ['proxy/config.ts', 'proxy/lifecycle/hook-time.ts', 'proxy/adapters/'],
  'proxy/sidecar.ts': ['proxy/'],
  'proxy/ask-for-routes.ts': ['proxy/policy/known-routes.ts', 'proxy/adapters/'],
  'proxy/http1/': ['proxy/http1/'],
  'proxy/http2/': ['proxy/http2/'],
  'proxy/adapters/': ['proxy/adapters/', 'proxy/config.ts', 'proxy/contract/', 'node:', 'pino'],
  'proxy/policy/': [
    'proxy/policy/',
    'proxy/http1/head.ts',
    'proxy/config.ts',
    'proxy/health-path.ts',
    'proxy/contract/',
  ],
  'proxy/channel/memory/': ['proxy/channel/memory/', 'proxy/adapters/adopt-reading.ts', 'node:net'],
  'proxy/channel/': [
    'proxy/channel/',
    'proxy/policy/',
    'proxy/http1/',
    'proxy/http2/',
    'proxy/adapters/descriptors.ts',
    'proxy/adapters/given-up.ts',
    'proxy/config.ts',
    'proxy/contract/',
    'node:net',
    'node:tls',
  ],
  'proxy/lifecycle/': [
    'proxy/lifecycle/',
    'proxy/channel/context.ts',
    'proxy/channel/gate.ts',
    'proxy/channel/traffic.ts',
    'proxy/policy/',
    'proxy/adapters/',
    'proxy/config.ts',
    'proxy/contract/',
  ],
  'proxy/control/': [
    'proxy/control/',
    'proxy/lifecycle/',
    'proxy/channel/traffic.ts',
    'proxy/policy/',
    'proxy/adapters/',
    'proxy/config.ts',
    'proxy/contract/',
    'node:http',
    'node:net',
    'node:stream',
    'express',
    'prom-client',
  ],
};

const partOf = (path: string): string | undefined =>
  Object.keys(mayImport)
    .filter((part) => path === part || (part.endsWith('/') && path.startsWith(part)))
    .sort((a, b) => b.length - a.length)[0];

/** The catalogue is all words. */
const longer: Readonly<Record<string, number>> = { 'cli/core/catalog.ts': 570 };
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

  it('imports between folders have no circle', () => {
    const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/'));
    const arrows = new Map<string, Set<string>>();
    for (const { path, imports } of sources)
      for (const { target } of imports) {
        if (!/^(cli|proxy)\/.+\//.test(target) || folderOf(target) === folderOf(path)) continue;
        arrows.set(folderOf(path), (arrows.get(folderOf(path)) ?? new Set()).add(folderOf(target)));
      }
    const reach = (from: string, seen: Set<string>): ReadonlySet<string> => {
      for (const next of arrows.get(from) ?? []) if (!seen.has(next)) reach(next, seen.add(next));
      return seen;
    };
    expect(arrows.size).to.be.greaterThan(15);
    expect([...arrows.keys()].filter((folder) => reach(folder, new Set()).has(folder))).to.deep.equal([]);
  });

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

  it('the top level holds only what this list names', () => {
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
