import { formatRef } from '../../manifest/object/resource-ref.ts';
import { printable } from '../../printable.ts';
import { severities } from '../rule/rule.ts';
import { filePlaces, type Located, locate } from './located.ts';
import type { LintRun } from './run.ts';

/** A workload, another object that has findings, or a file as such. */
interface Case {
  readonly file: string;
  /** `Deployment/shop/web`; `file` where a file as such is meant. */
  readonly name: string;
  readonly findings: readonly Located[];
}

/** JUnit's XML, as GitLab and Jenkins read it: a failure for each finding that makes the run fail. */
export const lintJunit = (run: LintRun): string => {
  const isFailure = ({ found }: Located): boolean =>
    severities.indexOf(found.severity) <= severities.indexOf(run.failOn);
  const suites = suitesOf(run).map(([file, cases]) =>
    element(
      'testsuite',
      { name: file, ...countsOf(cases, isFailure) },
      cases.map((one) => caseElement(one, isFailure)),
    ),
  );
  const all = countsOf(
    suitesOf(run).flatMap(([, cases]) => cases),
    isFailure,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element('testsuites', { name: 'daps lint', ...all }, suites)}`;
};

/** The cases of each file; every file that was read has one case of its own. */
const suitesOf = (run: LintRun): readonly (readonly [string, readonly Case[]])[] => {
  const { findings } = locate(run);
  const placeOf = filePlaces(run);
  const suites = new Map<string, Map<string, Located[]>>();
  const caseOf = (file: string, name: string): Located[] => {
    const cases = suites.get(file) ?? new Map<string, Located[]>();
    suites.set(file, cases);
    const found = cases.get(name) ?? [];
    cases.set(name, found);
    return found;
  };
  for (const input of run.inputs.keys()) caseOf(placeOf({ input, line: 0, column: 0 }).at.file, 'file');
  for (const place of run.result.workloads) caseOf(placeOf(place).at.file, nameOf(place.ref));
  for (const located of findings) caseOf(located.at.file, nameOf(located.found.place.ref)).push(located);
  return [...suites].map(([file, cases]) => [
    file,
    [...cases].map(([name, found]) => ({ file, name, findings: found })),
  ]);
};

const nameOf = (ref: Located['found']['place']['ref']): string => (ref === undefined ? 'file' : formatRef(ref));

const countsOf = (
  cases: readonly Case[],
  isFailure: (located: Located) => boolean,
): Readonly<Record<string, string>> => ({
  tests: String(cases.length),
  failures: String(cases.filter(({ findings }) => findings.some(isFailure)).length),
  errors: '0',
  skipped: '0',
});

const caseElement = ({ file, name, findings }: Case, isFailure: (located: Located) => boolean): string =>
  element('testcase', { classname: file, name, file, time: '0' }, [
    ...findings.filter(isFailure).map((located) => {
      const { id, severity, message } = located.found;
      return leaf('failure', { type: `${severity}[${id}]`, message }, detailOf(located));
    }),
    ...others(findings.filter((located) => !isFailure(located))),
  ]);

/** What does not make the run fail, where readers of JUnit show a test's output. */
const others = (findings: readonly Located[]): readonly string[] =>
  findings.length === 0 ? [] : [leaf('system-out', {}, findings.map(detailOf).join('\n'))];

const detailOf = ({ found, at }: Located): string =>
  `${at.file}${at.line === 0 ? '' : `:${at.line}:${at.column}`}: ${found.severity}[${found.id}]${found.place.field === undefined ? '' : ` ${found.place.field}`}: ${found.message}`;

const element = (name: string, attributes: Readonly<Record<string, string>>, children: readonly string[]): string =>
  children.length === 0
    ? `<${name}${attributesText(attributes)}/>\n`
    : `<${name}${attributesText(attributes)}>\n${children.join('').replaceAll(/^(?= *<)/gm, '  ')}</${name}>\n`;

const leaf = (name: string, attributes: Readonly<Record<string, string>>, text: string): string =>
  `<${name}${attributesText(attributes)}>${text.split('\n').map(escaped).join('\n')}</${name}>\n`;

const attributesText = (attributes: Readonly<Record<string, string>>): string =>
  Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${escaped(value)}"`)
    .join('');

/** XML 1.0 has no place for most control characters, not even as references (§2.2). */
const escaped = (text: string): string =>
  printable(text)
    .replaceAll(/[\ufffe\uffff]/g, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
