import { fail, ok, type Result } from '../../proxy/contract/result.ts';
import { type Diagnostic, problem } from '../core/diagnostic.ts';
import { type Chart, chartName, type Template, templateFile } from '../core/lint/chart/template.ts';
import type { LintResult } from '../core/lint/result.ts';
import type { Shell } from '../shell/shell.ts';
import { readText, wholeFile } from './inputs.ts';

/** The charts of `--chart-dir`, each with the name that its Chart.yaml has. */
export const readCharts = (
  shell: Shell,
  folders: readonly string[],
): Result<readonly Chart[], readonly Diagnostic[]> => {
  const read = folders.map((folder) => {
    const file = readText(shell, `${folder}/Chart.yaml`);
    return { folder, name: file.ok ? chartName(file.value.text) : undefined };
  });
  const problems = read.flatMap(({ folder, name }) => (name === undefined ? [noChart(folder)] : []));
  return problems.length > 0
    ? fail(problems)
    : ok(read.flatMap(({ folder, name }) => (name === undefined ? [] : [{ folder, name }])));
};

const noChart = (folder: string): Diagnostic => ({
  problem: problem('invalid-setting', {
    spelling: '--chart-dir',
    text: folder,
    rule: 'must be the folder of a chart, with a Chart.yaml that has a name',
    example: 'charts/shop',
  }),
  place: wholeFile(''),
});

/** The templates that a result speaks of, by what `# Source:` says; those that are not there are left out. */
export const readTemplates = (
  shell: Shell,
  charts: readonly Chart[],
  { findings, ignored, workloads }: LintResult,
): ReadonlyMap<string, Template> => {
  const places = [...findings, ...ignored.map(({ finding }) => finding)].map(({ place }) => place);
  const sources = new Set([...places, ...workloads].flatMap(({ source }) => (source === undefined ? [] : [source])));
  return new Map(
    [...sources].flatMap((source): readonly (readonly [string, Template])[] => {
      const path = templateFile(source, charts);
      const read = path === undefined ? undefined : readText(shell, path);
      return path === undefined || read?.ok !== true ? [] : [[source, { path, text: read.value.text }]];
    }),
  );
};
