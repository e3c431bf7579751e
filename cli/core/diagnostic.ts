import { catalog } from './catalog.ts';
import type { Path } from './manifest/model/path.ts';
import { formatRef, type ResourceRef } from './manifest/object/resource-ref.ts';
import { printable } from './printable.ts';
import type { Code, ProblemArgs } from './problem-args.ts';

/** A code with its facts. The words are the catalogue's. */
export type Problem = {
  readonly [C in Code]: {
    readonly code: C;
    readonly args: ProblemArgs[C];
    /** Below the object's root. */
    readonly path?: Path;
  };
}[Code];

/** Where in the input. Lines and columns count from 1; both are 0 where a whole input or no input is meant. */
export interface Place {
  readonly input: string;
  readonly line: number;
  readonly column: number;
  /** The template a renderer says the document comes from (`# Source:`). */
  readonly source?: string;
  readonly ref?: ResourceRef;
  readonly field?: string;
}

export interface Diagnostic {
  readonly problem: Problem;
  readonly place: Place;
}

export const problem = <C extends Code>(code: C, args: ProblemArgs[C], path?: Path): Problem =>
  ({ code, args, ...(path === undefined ? {} : { path }) }) as unknown as Problem;

export const severityOf = (code: Code): 'error' | 'warning' =>
  catalog[code].severity === 'error' ? 'error' : 'warning';
/** Whether a workload with this problem stays as it is. */
export const leavesAlone = (code: Code): boolean => catalog[code].severity === 'left-alone';
export const isError = (diagnostic: Diagnostic): boolean => severityOf(diagnostic.problem.code) === 'error';

/** The words of the catalogue, with whatever users wrote in them escaped. */
export const wordsOf = <C extends Code>(found: { readonly code: C; readonly args: ProblemArgs[C] }): string =>
  printable(catalog[found.code].words(found.args));

/** `path:line:col: error[code] Kind/ns/name field: what, why, what to type`. */
export const formatDiagnostic = ({ problem: found, place }: Diagnostic): string => {
  const where =
    place.line > 0 ? `${place.input}:${place.line}:${place.column}: ` : place.input === '' ? '' : `${place.input}: `;
  const subject = [place.ref === undefined ? undefined : formatRef(place.ref), place.field]
    .filter((part) => part !== undefined && part !== '')
    .join(' ');
  const source = place.source === undefined ? '' : ` (from ${place.source})`;
  return printable(
    `${where}${severityOf(found.code)}[${found.code}]${subject === '' ? '' : ` ${subject}`}: ${wordsOf(found)}${source}`,
  );
};

/** The worst that was found: broken input before wrong settings. */
export const blameOf = (diagnostics: readonly Diagnostic[]): 'input' | 'settings' | undefined => {
  const blames = diagnostics.filter(isError).map((diagnostic) => catalog[diagnostic.problem.code].blame);
  if (blames.includes('input')) return 'input';
  return blames.includes('settings') ? 'settings' : undefined;
};
