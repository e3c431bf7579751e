import type { Place } from '../../diagnostic.ts';
import { placeInTemplate } from '../chart/template.ts';
import { fingerprintsOf } from '../fingerprint.ts';
import type { Reported } from '../result.ts';
import type { LintRun } from './run.ts';
import { sourceLines } from './source-lines.ts';

/** A file that a reader can open, and where in it. Line and column are 0 where all of the file is meant. */
export interface FilePlace {
  /** Relative to the working directory where it is below it, with `/` between its steps. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A finding with where to show it, and what makes it the same one in the next run. */
export interface Located {
  readonly found: Reported;
  /** In the chart's template where there is one, else in the input. */
  readonly at: FilePlace;
  readonly isInTemplate: boolean;
  readonly fingerprint: string;
}

/** An ignored finding, located. */
export interface LocatedIgnored extends Located {
  readonly reason: string;
}

export const locate = (
  run: LintRun,
): { readonly findings: readonly Located[]; readonly ignored: readonly LocatedIgnored[] } => {
  const { findings, ignored } = run.result;
  const fingerprints = fingerprintsOf([...findings, ...ignored.map(({ finding }) => finding)]);
  const placeOf = filePlaces(run);
  const located = (found: Reported, index: number): Located => ({
    found,
    ...placeOf(found.place),
    fingerprint: fingerprints[index] ?? '',
  });
  return {
    findings: findings.map(located),
    ignored: ignored.map(({ finding, reason }, index) => ({ ...located(finding, findings.length + index), reason })),
  };
};

/** Where to show a place of an input. */
export const filePlaces = ({
  inputs,
  templates,
  folder,
}: Pick<LintRun, 'inputs' | 'templates' | 'folder'>): ((place: Place) => Pick<Located, 'at' | 'isInTemplate'>) => {
  const linesOf = sourceLines(inputs);
  return (place) => {
    const template = templates.get(place.source ?? '');
    if (template === undefined)
      return {
        at: { file: shownPath(place.input, folder), line: place.line, column: place.column },
        isInTemplate: false,
      };
    const { path, line, column } = placeInTemplate(template, linesOf(place.input), place.line);
    return { at: { file: shownPath(path, folder), line, column }, isInTemplate: true };
  };
};

const shownPath = (path: string, folder: string): string => {
  const own = path.replaceAll('\\', '/').replace(/^(?:\.\/)+/, '');
  const base = `${folder.replaceAll('\\', '/').replace(/\/$/, '')}/`;
  return own.startsWith(base) ? own.slice(base.length) : own;
};
