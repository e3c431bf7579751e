import { type Entry, entriesAround, entryOf } from './entry.ts';

/** A template of a chart. */
export interface Template {
  readonly path: string;
  readonly text: string;
}

/** Lines and columns count from 1. */
export interface TemplatePlace {
  readonly path: string;
  readonly line: number;
  readonly column: number;
}

/** A chart on the disk, by the name that its Chart.yaml has. */
export interface Chart {
  readonly name: string;
  readonly folder: string;
}

/**
 * The file that Helm made a document from: `# Source: shop/charts/sub/templates/x.yaml` → `FOLDER/charts/sub/templates/x.yaml`.
 * The first step is the chart's name (helm.sh/helm pkg/engine `allTemplates`). Undefined for another chart.
 */
export const templateFile = (source: string, charts: readonly Chart[]): string | undefined => {
  const [name, ...steps] = source.split('/');
  const chart = charts.find((one) => one.name === name);
  if (chart === undefined || steps.length === 0 || steps.includes('..')) return undefined;
  return [chart.folder.replace(/[\\/]$/, ''), ...steps].join('/');
};

/** `name` of a Chart.yaml. */
export const chartName = (text: string): string | undefined =>
  /^name:[ \t]*["']?([\w.-]+)/m.exec(text.replaceAll('\r', ''))?.[1];

/**
 * Where a template most likely says what a line of its rendering says: the line with the same key and, where the template
 * writes one, the same value, below the same keys. The first line where no key is the same.
 */
export const placeInTemplate = ({ path, text }: Template, rendered: readonly string[], line: number): TemplatePlace => {
  const wanted = entriesAround(rendered, line - 1);
  const lines = text.split(/\r?\n/);
  for (const [depth] of wanted.entries()) {
    const found = bestLine(lines, wanted.slice(depth));
    if (found !== undefined) return { path, line: found + 1, column: (entryOf(lines[found] ?? '')?.indent ?? 0) + 1 };
  }
  return { path, line: 1, column: 1 };
};

/** The index of the line that is most like the first of some entries, whose ancestors are the others. */
const bestLine = (lines: readonly string[], [own, ...ancestors]: readonly Entry[]): number | undefined => {
  let best: { readonly index: number; readonly score: number } | undefined;
  for (const [index, line] of lines.entries()) {
    const entry = entryOf(line);
    const likeness = own === undefined || entry === undefined ? 0 : likenessOf(entry, own);
    if (likeness === 0) continue;
    const score = likeness + ancestorLikeness(entriesAround(lines, index).slice(1), ancestors);
    if (best === undefined || score > best.score) best = { index, score };
  }
  return best?.index;
};

/** 0 for another key; more where the template writes the value, less where it writes another one. */
const likenessOf = (inTemplate: Entry, rendered: Entry): number => {
  if (inTemplate.key !== rendered.key) return 0;
  if (inTemplate.value === rendered.value) return 8;
  return inTemplate.value.includes('{{') ? 4 : 1;
};

/** Keys of the rendering that stand above the line in the template too, in the same order; a template may lack some. */
const ancestorLikeness = (inTemplate: readonly Entry[], rendered: readonly Entry[]): number => {
  let from = 0;
  let score = 0;
  for (const ancestor of rendered) {
    const at = inTemplate.findIndex((entry, index) => index >= from && likenessOf(entry, ancestor) > 0);
    const entry = inTemplate[at];
    if (entry === undefined) continue;
    score += entry.value === ancestor.value ? 3 : 2;
    from = at + 1;
  }
  return score;
};
