import { expect } from 'chai';
import { catalog } from '../../../cli/core/catalog.ts';
import { formatDiagnostic, type Problem, wordsOf } from '../../../cli/core/diagnostic.ts';
import { printable } from '../../../cli/core/printable.ts';
import type { Code } from '../../../cli/core/problem-args.ts';
import { reportLines } from '../../../cli/core/report/text.ts';
import { inject } from '../../support/cli/daps.ts';

/** What breaks a line, what a terminal carries out, and what turns the direction of a text. */
const hostile = 'a"b\\c\n\r\t\0\u001b[31m\u007f\u009b31m\u2028\u202e\u2066\ufeff\ud800 é😀';
const harmless = 'a"b\\c\\n\\r\\t\\u0000\\u001b[31m\\u007f\\u009b31m\\u2028\\u202e\\u2066\\ufeff\\ud800 é😀';
const isHarmless = (text: string): boolean => printable(text) === text && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text);

/** Arguments of which each may be taken for a text, a number or a list of texts. */
const anyArgs = (): object =>
  new Proxy(
    {},
    {
      get: (_, name) =>
        /^(containers|declaring|annotations|workloads|allowed|namespaces|apis)$/.test(String(name))
          ? [hostile, hostile]
          : hostile,
    },
  );

describe('printable()', () => {
  it('escapes as JSON does, and nothing that can be read', () => expect(printable(hostile)).to.equal(harmless));
  it('changes nothing twice', () => expect(printable(harmless)).to.equal(harmless));
});

describe('every message', () => {
  for (const code of Object.keys(catalog) as readonly Code[])
    it(`${code} is one line of harmless text, whatever is in it`, () => {
      const found = { code, args: anyArgs() } as unknown as Problem;
      expect(wordsOf(found)).to.satisfy(isHarmless);
      const ref = { group: '', version: 'v1', kind: hostile, namespace: hostile, name: hostile };
      const place = { input: hostile, line: 1, column: 1, source: hostile, ref, field: hostile };
      expect(formatDiagnostic({ problem: found, place })).to.satisfy(isHarmless);
    });
});

describe('the report', () => {
  it('is harmless too', () => {
    const name = JSON.stringify('w\u001b[31m\n');
    const hook = `{httpGet: {port: 1, path: "/\\e[0m\\n"}}`;
    const pod = `apiVersion: v1\nkind: Pod\nmetadata:\n  name: ${name}\n  annotations: {dapr.io/enabled: "true", dapr.io/app-port: "8080"}\nspec: {containers: [{name: ${name}, readinessProbe: ${hook}}, {name: "x\\e[1m", ports: [{containerPort: 1}]}, {name: app, readinessProbe: ${hook}}]}\n`;
    const { entries, diagnostics } = inject(pod);
    const lines = reportLines(entries, diagnostics).map(({ text }) => text);
    expect(lines.join('|')).to.include('injected').and.to.include('\\u001b[31m');
    for (const line of lines) expect(line).to.satisfy(isHarmless);
  });

  it('shows a line end in an annotation as such', () => {
    const text =
      'apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\n  annotations: {dapr.io/enabled: "true", dapr.io/app-id: p, dapr.io/app-port: "8080\\n"}\nspec: {containers: [{name: app}]}\n';
    const [found] = inject(text).diagnostics.map(formatDiagnostic);
    expect(found).to.include('dapr.io/app-port is "8080\\n", so');
  });
});
