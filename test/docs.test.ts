import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
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
import { anchorsIn, documents, readDocument, tableIn, withoutCode } from './support/documents.ts';
import { readSources, root } from './support/sources.ts';

const readme = readDocument('README.md');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>;
  readonly engines: { readonly node: string };
  readonly version: string;
};

const program = buildProgram({ version: '0' } as unknown as Shell, () => undefined);
const commands = program.commands.filter((command) => command.name() !== 'help');

describe('every document', () => {
  const folders: Readonly<Record<string, readonly string[]>> = {
    'cli/README.md': ['', 'cli', 'cli/core'],
    'cli/DECISIONS.md': ['', 'cli', 'cli/core'],
    'proxy/README.md': ['', 'proxy'],
    'proxy/DECISIONS.md': ['', 'proxy'],
    'proxy/MEASUREMENTS.md': ['', 'proxy'],
    'test/README.md': ['', 'test'],
    '.github/CONTRIBUTING.md': ['', 'cli/core/inject'],
  };

  for (const document of documents) {
    const text = readDocument(document);

    it(`${document} names only files that exist`, () => {
      const named = [...text.matchAll(/`([\w./-]+\.(?:ts|md|yaml))`/g)].map(([, path = '']) => path);
      const bases = folders[document] ?? [''];
      const isThere = (path: string): boolean => bases.some((base) => existsSync(join(root, base, path)));
      expect(named.filter((path) => path.includes('/') && !isThere(path))).to.deep.equal([]);
    });

    it(`${document} links only to files and headings that exist`, () => {
      const links = [...withoutCode(text).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, link = '']) => link);
      const isBroken = (link: string): boolean => {
        const [path = '', anchor] = link.split('#');
        const target = path === '' ? document : join(dirname(document), path);
        if (!existsSync(join(root, target))) return true;
        return anchor !== undefined && !anchorsIn(readDocument(target)).includes(anchor);
      };
      expect(links.filter(isBroken)).to.deep.equal([]);
    });

    it(`${document} names only npm scripts that exist`, () => {
      const named = [...text.matchAll(/npm run ([\w:-]+)/g)].map(([, script]) => script ?? '');
      expect(named.filter((script) => manifest.scripts[script] === undefined)).to.deep.equal([]);
    });
  }
});

describe('the language of the documents', () => {
  /** Idioms that a native reader has to translate. Tables may quote settings and messages, which have their own tests. */
  const idioms = /\b(is told|are told|let fail|taken for|nobody's|anew|in hand|all the same|for ever)\b/;

  for (const document of documents)
    it(`${document} is plain`, () => {
      const prose = withoutCode(readDocument(document))
        .split('\n')
        .filter((line) => !line.startsWith('|'));
      expect(prose.filter((line) => idioms.test(line))).to.deep.equal([]);
    });
});

describe('README', () => {
  it('is short: fewer than 300 lines', () => {
    expect(readme.split('\n').length - 1).to.be.below(300);
  });

  it('lists every setting with its default and meaning, in the order of the code', () => {
    const rows = workloadSettings.map(({ name, fallback, fallbackText, summary }) => [
      `\`${annotationOf(name)}\``,
      fallback === undefined ? (fallbackText ?? '') : `\`${fallback}\``,
      summary.replaceAll('|', '\\|'),
    ]);
    expect(tableIn(readme, 'annotation', 'default', 'meaning')).to.deep.equal(rows);
  });

  it('lists every setting of a run, cli/README.md the facts of a cluster, and every other flag of inject', () => {
    const rows = ['README.md', 'cli/README.md'].flatMap((path) => tableIn(readDocument(path), 'flag', 'meaning'));
    expect(rows).to.deep.equal(runSettings.map(({ name, summary }) => [`\`--${name}\``, summary]));
    const inject = commands.find((command) => command.name() === 'inject');
    const known = [...workloadSettings, ...runSettings].map(({ name }) => `--${name}`);
    const others = (inject?.options ?? []).map(({ long }) => long ?? '').filter((long) => !known.includes(long));
    expect(others.length).to.be.greaterThan(5);
    for (const long of others) expect(readme).to.match(new RegExp(`^\\| \`${long}\``, 'm'));
  });

  it('lists exactly the commands there are', () => {
    expect(tableIn(readme, 'command', 'does').map(([name]) => name)).to.deep.equal(
      commands.map((command) => `\`daps ${command.name()}\``),
    );
  });

  it('lists exactly the exit codes there are', () => {
    expect(tableIn(readme, 'code', 'meaning').map(([code]) => Number(code))).to.deep.equal(Object.values(exitCodes));
  });

  it('says which Node is needed, as package.json, the start and CI do', () => {
    const [, oldest] = /^>=(\d+\.\d+)\.\d+$/.exec(manifest.engines.node) ?? [];
    expect(readme).to.include(`Node ${oldest} or later`);
    expect(readFileSync(join(root, 'cli/start.ts'), 'utf8')).to.include(`Node ${oldest} or later`);
    const workflow = readFileSync(join(root, '.github/workflows/ci.yaml'), 'utf8');
    expect(workflow).to.include(`node-version: ${manifest.engines.node.replace('>=', '')}`);
  });
});

describe('README, cli/README.md and the examples', () => {
  const examples = globSync('fixtures/example/*.yaml', { cwd: root }).map((path) => readDocument(path));
  const blocks = [readme, readDocument('cli/README.md')].flatMap((text) =>
    [...text.matchAll(/```(?:sh|yaml)\n([\s\S]*?)```/g)].map(([, block]) => block ?? ''),
  );
  const inline = [...withoutCode(readme).matchAll(/`([^`\n]+)`/g)].map(([, span]) => span ?? '');
  const code = [...blocks, ...examples, ...inline].join('\n');

  it('name only daps commands that exist', () => {
    const words = [...code.matchAll(/(?<![\w/.-])daps ((?:[a-z-]+)(?: install)?)(?![\w./])/g)].map(
      ([, word]) => word ?? '',
    );
    expect(words.length).to.be.greaterThan(10);
    const known = [...commands.map((command) => command.name()), 'helm-plugin install'];
    expect(
      words.filter((word) => !known.includes(word) && /^(inject|uninject|fn|run|helm|lint|explain|capture)/.test(word)),
    ).to.deep.equal([]);
  });

  it('name only flags that exist', () => {
    const flags = [...code.matchAll(/daps[^\n|]*? (--[a-z-]+)/g)].map(([, flag]) => flag ?? '');
    expect(flags.length).to.be.at.least(5);
    const known = commands.flatMap((command) => command.options.map(({ long }) => long));
    expect(flags.filter((flag) => flag !== '--' && !known.includes(flag))).to.deep.equal([]);
  });
});

describe('cli/README.md', () => {
  it('shows the report of the example as it is', () => {
    const { entries, diagnostics } = inject(readFileSync(join(root, 'fixtures/example/rendered.yaml'), 'utf8'));
    const lines = reportLines(entries, diagnostics).map(({ text }) => text);
    const [, shown] = /<!-- report -->\n```text\n([\s\S]*?)\n```/.exec(readDocument('cli/README.md')) ?? [];
    expect(shown?.split('\n')).to.deep.equal(lines);
  });
});

describe('cli/PROBLEMS.md', () => {
  it('has a row for everything that daps leaves alone, and names only codes that exist', () => {
    const rows = tableIn(readDocument('cli/PROBLEMS.md'), 'code', 'why, and what to do');
    const named = rows.flatMap(([seen = '']) =>
      [...seen.matchAll(/(error|warning)\[([a-z-]+)\]/g)].map(([, severity, code]) => `${severity}[${code}]`),
    );
    const codes = Object.keys(catalog) as readonly Code[];
    expect(codes.map((code) => `${severityOf(code)}[${code}]`)).to.include.members(named);
    expect(named).to.include.members(codes.filter(leavesAlone).map((code) => `warning[${code}]`));
  });
});

describe('proxy/README.md', () => {
  it('lists every metric, with its labels', async () => {
    const metrics = makeMetrics();
    metrics.follow(new Traffic(metrics, () => 0));
    const registered = [...(await metrics.text()).matchAll(/^# HELP (daps_\w+)/gm)].map(([, name]) => name);
    const text = readDocument('proxy/README.md');
    const listed = [...text.matchAll(/^\| `(daps_\w+)(?:\{[\w,]+\})?` \|/gm)].map(([, name]) => name);
    expect(listed).to.have.members(registered);
  });
});

describe('the maps of folders', () => {
  for (const part of ['cli', 'proxy'])
    it(`${part}/README.md lists every folder of ${part}/ that holds sources`, () => {
      const rows = tableIn(readDocument(`${part}/README.md`), 'folder', 'holds', 'may import');
      const listed = rows.flatMap(([folders = '']) => [...folders.matchAll(/`([\w/-]+)\/`/g)].map(([, name]) => name));
      const found = new Set(readSources(part).map(({ path }) => dirname(path)));
      expect(listed).to.have.members([...found]);
    });
});

describe('the decisions', () => {
  for (const document of ['cli/DECISIONS.md', 'proxy/DECISIONS.md'])
    it(`${document} has an index of all its entries, newest first`, () => {
      const text = readDocument(document);
      const entries = [...text.matchAll(/^## (\S+): (.+)$/gm)].map(([, date = '', title = '']) => [date, title]);
      expect(entries.length).to.be.greaterThan(30);
      expect(entries.map(([date]) => date)).to.deep.equal(
        entries.map(([date]) => date).sort((a = '', b = '') => b.localeCompare(a)),
      );
      const rows = tableIn(text, 'date', 'decision').map(([date, link = '']) => [date, /^\[(.*)\]\(#/.exec(link)?.[1]]);
      expect(rows).to.deep.equal(entries);
    });
});

describe('what code cites of the documents', () => {
  const cited = (pattern: RegExp): readonly RegExpMatchArray[] =>
    readSources('cli', 'proxy', 'test').flatMap(({ text }) => [...text.matchAll(pattern)]);

  it('a rule has its number in the list of rules', () => {
    const rules = cited(/\b(cli|proxy)\/README\.md, (?:rule|promise) (\d+)/g);
    expect(rules.length).to.be.at.least(2);
    for (const [words, part, number] of rules) {
      const heading = part === 'cli' ? '## The promises' : '## The rules';
      const [, list = ''] = readDocument(`${part}/README.md`).split(`${heading}\n`);
      expect(list.split('\n## ')[0], words).to.match(new RegExp(`^${number}\\. `, 'm'));
    }
  });

  it('a decision has an entry of its day', () => {
    const decisions = cited(/\b((?:cli|proxy)\/DECISIONS\.md), (\d{4}-\d\d-\d\d)/g);
    expect(decisions.length).to.be.at.least(1);
    for (const [words, document = '', date] of decisions)
      expect(readDocument(document), words).to.include(`\n## ${date}: `);
  });

  it('a part of the README that a log line names is a heading', () => {
    const headings = cited(/See "([^"]+)" in the README/g).map(([, heading = '']) => heading);
    expect(headings.length).to.be.at.least(1);
    expect(headings.filter((heading) => !readme.includes(`\n## ${heading}\n`))).to.deep.equal([]);
  });
});

describe('CHANGELOG', () => {
  it('has an Unreleased section or one for this version', () => {
    const changelog = readDocument('CHANGELOG.md');
    expect(changelog).to.match(new RegExp(`^## \\[(Unreleased|${manifest.version.replaceAll('.', '\\.')})\\]`, 'm'));
  });
});

describe('CONTRIBUTING', () => {
  it('names only files, folders and globs that exist', () => {
    const text = readDocument('.github/CONTRIBUTING.md');
    const named = [...text.matchAll(/`((?:cli|proxy|test|fixtures|\.ci|\.github)\/[\w./*-]+)`/g)].map(
      ([, name]) => name ?? '',
    );
    expect(named.length).to.be.greaterThan(20);
    expect(named.filter((name) => globSync(name, { cwd: root }).length === 0)).to.deep.equal([]);
  });
});

describe("the tests' README", () => {
  const text = readDocument('test/README.md');

  it('names only tests and fixtures that exist', () => {
    const named = [...text.matchAll(/`((?:test|fixtures)\/[\w./*-]+)`/g)].map(([, name]) => name ?? '');
    expect(named.length).to.be.greaterThan(30);
    expect(named.filter((name) => globSync(name, { cwd: root }).length === 0)).to.deep.equal([]);
  });

  it('lists every variable that tests read, and no other', () => {
    const read = readSources('test').flatMap(({ text: source }) =>
      [...source.matchAll(/(?:\benv\[|\brunsOf\(|\bchosen\()\s*'(DAPS_\w+|UPDATE_FIXTURES)'/g)].map(
        ([, name = '']) => name,
      ),
    );
    const listed = tableIn(text, 'variable', 'does', 'read by').map(([name]) => name);
    expect(listed).to.have.members([...new Set(read)].map((name) => `\`${name}\``));
  });
});

describe('fixtures/README.md', () => {
  it('lists every folder of fixtures, and no other', () => {
    const folders = globSync('fixtures/*/', { cwd: root }).map((path) => path.replaceAll('\\', '/').replace(/\/$/, ''));
    const listed = tableIn(readDocument('fixtures/README.md'), 'folder', 'what it is', 'read by').map(([name]) => name);
    expect(listed).to.have.members(folders.map((name) => `\`${name}/\``));
  });
});
