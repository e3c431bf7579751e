import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { catalog } from '../cli/core/catalog.ts';
import { leavesAlone, severityOf } from '../cli/core/diagnostic.ts';
import type { Code } from '../cli/core/problem-args.ts';
import { reportLines } from '../cli/core/report/text.ts';
import { runSettings } from '../cli/core/settings/run-settings.ts';
import { annotationOf, workloadSettings } from '../cli/core/settings/workload-settings.ts';
import { exitCodes } from '../cli/exit-code.ts';
import { buildProgram } from '../cli/program.ts';
import type { Shell } from '../cli/shell/shell.ts';
import { Traffic } from '../proxy/channel/traffic.ts';
import { makeMetrics } from '../proxy/control/metrics.ts';
import { inject } from './support/cli/daps.ts';
import { root } from './support/sources.ts';

const readme = readFileSync(join(root, 'README.md'), 'utf8');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>;
  readonly engines: { readonly node: string };
  readonly version: string;
};

/** The rows of the table whose header has these cells. */
const table = (...header: readonly string[]): readonly (readonly string[])[] => {
  const lines = readme.split('\n');
  const start = lines.indexOf(`| ${header.join(' | ')} |`);
  expect(start, `a table ${header.join(' | ')}`).to.be.greaterThan(-1);
  const rows = lines.slice(start + 2);
  return rows
    .slice(
      0,
      rows.findIndex((line) => !line.startsWith('|')),
    )
    .map((row) => row.slice(2, -2).split(/ (?<!\\)\| /));
};

const program = buildProgram({ version: '0' } as unknown as Shell, () => undefined);
const commands = program.commands.filter((command) => command.name() !== 'help');

describe('files that documents name', () => {
  const folders: Readonly<Record<string, readonly string[]>> = {
    'README.md': [''],
    'cli/README.md': ['', 'cli', 'cli/core', 'cli/core/manifest/read', 'cli/core/manifest/write', 'cli/core/dapr'],
    'proxy/README.md': ['', 'proxy', 'proxy/http1'],
    'test/README.md': ['', 'test'],
    '.github/CONTRIBUTING.md': ['', 'cli/core/inject'],
  };
  for (const [document, bases] of Object.entries(folders))
    it(`${document} names only files that are there`, () => {
      const text = readFileSync(join(root, document), 'utf8');
      const named = [...text.matchAll(/`([\w./-]+\.(?:ts|md|yaml))`/g)].map(([, path = '']) => path);
      const isThere = (path: string): boolean => bases.some((base) => existsSync(join(root, base, path)));
      expect(named.filter((path) => path.includes('/') && !isThere(path))).to.deep.equal([]);
    });
});

describe("the sidecar's README", () => {
  it('lists every metric, with its labels', async () => {
    const metrics = makeMetrics();
    metrics.follow(new Traffic(metrics, () => 0));
    const registered = [...(await metrics.text()).matchAll(/^# HELP (daps_\w+)/gm)].map(([, name]) => name);
    const text = readFileSync(join(root, 'proxy/README.md'), 'utf8');
    const listed = [...text.matchAll(/^\| `(daps_\w+)(?:\{[\w,]+\})?` \|/gm)].map(([, name]) => name);
    expect(listed).to.have.members(registered);
  });
});

describe('README', () => {
  it('shows the report of the example as it is', () => {
    const { entries, diagnostics } = inject(readFileSync(join(root, 'fixtures/example/rendered.yaml'), 'utf8'));
    const lines = reportLines(entries, diagnostics).map(({ text }) => text);
    const [, shown] = /<!-- report -->\n```text\n([\s\S]*?)\n```/.exec(readme) ?? [];
    expect(shown?.split('\n')).to.deep.equal(lines);
  });

  it('lists every setting with its default and meaning, in the order of the code', () => {
    const rows = workloadSettings.map(({ name, fallback, fallbackText, summary }) => [
      `\`${annotationOf(name)}\``,
      fallback === undefined ? (fallbackText ?? '') : `\`${fallback}\``,
      summary.replaceAll('|', '\\|'),
    ]);
    expect(table('annotation', 'default', 'meaning')).to.deep.equal(rows);
  });

  it('lists every setting of a run and every other flag of inject', () => {
    const [runRows, flagRows] = [table('flag', 'meaning'), readme];
    expect(runRows).to.deep.equal(runSettings.map(({ name, summary }) => [`\`--${name}\``, summary]));
    const inject = commands.find((command) => command.name() === 'inject');
    const known = [...workloadSettings, ...runSettings].map(({ name }) => `--${name}`);
    const others = (inject?.options ?? []).map(({ long }) => long ?? '').filter((long) => !known.includes(long));
    expect(others.length).to.be.greaterThan(5);
    for (const long of others) expect(flagRows).to.match(new RegExp(`^\\| \`${long}\``, 'm'));
  });

  it('lists exactly the commands there are', () => {
    expect(table('command', 'does').map(([name]) => name)).to.deep.equal(
      commands.map((command) => `\`daps ${command.name()}\``),
    );
  });

  it('lists exactly the exit codes there are', () => {
    expect(table('code', 'meaning').map(([code]) => Number(code))).to.deep.equal(Object.values(exitCodes));
  });

  it('has a row of troubleshooting for everything that daps leaves alone, and names only codes that exist', () => {
    const named = table('what you see', 'why, and what to do').flatMap(([seen = '']) =>
      [...seen.matchAll(/(error|warning)\[([a-z-]+)\]/g)].map(([, severity, code]) => `${severity}[${code}]`),
    );
    const codes = Object.keys(catalog) as readonly Code[];
    expect(codes.map((code) => `${severityOf(code)}[${code}]`)).to.include.members(named);
    expect(named).to.include.members(codes.filter(leavesAlone).map((code) => `warning[${code}]`));
  });

  it('names only npm scripts that exist', () => {
    const named = [...readme.matchAll(/npm run ([\w:-]+)/g)].map(([, script]) => script ?? '');
    expect(named.length).to.be.greaterThan(3);
    expect(named.filter((script) => manifest.scripts[script] === undefined)).to.deep.equal([]);
  });

  it('names only daps commands and flags that exist', () => {
    const code = [...readme.matchAll(/```(?:sh|yaml)\n([\s\S]*?)```/g)].map(([, text]) => text ?? '').join('\n');
    const words = [...code.matchAll(/(?<![\w/.-])daps ((?:[a-z-]+)(?: install)?)(?![\w./])/g)].map(
      ([, word]) => word ?? '',
    );
    const known = [...commands.map((command) => command.name()), 'helm-plugin install'];
    expect(
      words.filter((word) => !known.includes(word) && /^(inject|uninject|fn|run|helm|lint|explain|capture)/.test(word)),
    ).to.deep.equal([]);
    const flags = [...code.matchAll(/daps[^\n|]*? (--[a-z-]+)/g)].map(([, flag]) => flag ?? '');
    const knownFlags = commands.flatMap((command) => command.options.map(({ long }) => long));
    expect(flags.filter((flag) => flag !== '--' && !knownFlags.includes(flag))).to.deep.equal([]);
  });

  it('says which Node is needed, as package.json and the start do', () => {
    const [, oldest] = /^>=(\d+\.\d+)\.\d+$/.exec(manifest.engines.node) ?? [];
    expect(readme).to.include(`Node ${oldest} or later`);
    expect(readFileSync(join(root, 'cli/start.ts'), 'utf8')).to.include(`Node ${oldest} or later`);
  });
});

describe('CHANGELOG', () => {
  it('has an Unreleased section or one for this version', () => {
    const changelog = readFileSync(join(root, 'CHANGELOG.md'), 'utf8');
    expect(changelog).to.match(new RegExp(`^## \\[(Unreleased|${manifest.version.replaceAll('.', '\\.')})\\]`, 'm'));
  });
});

describe('CONTRIBUTING', () => {
  const text = readFileSync(join(root, '.github/CONTRIBUTING.md'), 'utf8');

  it('names only files, folders and globs that exist', () => {
    const named = [...text.matchAll(/`((?:cli|proxy|test|fixtures|\.ci|\.github)\/[\w./*-]+)`/g)].map(
      ([, name]) => name ?? '',
    );
    expect(named.length).to.be.greaterThan(20);
    expect(named.filter((name) => globSync(name, { cwd: root }).length === 0)).to.deep.equal([]);
    const links = [...text.matchAll(/\]\(([\w./-]+)\)/g)].map(([, link]) => link ?? '');
    expect(links.filter((link) => !existsSync(join(root, '.github', link)))).to.deep.equal([]);
  });

  it('names only npm scripts that exist', () => {
    const named = [...text.matchAll(/npm run ([\w:-]+)/g)].map(([, script]) => script ?? '');
    expect(named.length).to.be.greaterThan(4);
    expect(named.filter((script) => manifest.scripts[script] === undefined)).to.deep.equal([]);
  });
});

describe("the tests' README", () => {
  it('names only tests and fixtures that exist', () => {
    const text = readFileSync(join(root, 'test/README.md'), 'utf8');
    const named = [...text.matchAll(/`((?:test|fixtures)\/[\w./*-]+)`/g)].map(([, name]) => name ?? '');
    expect(named.length).to.be.greaterThan(30);
    expect(named.filter((name) => globSync(name, { cwd: root }).length === 0)).to.deep.equal([]);
  });
});
