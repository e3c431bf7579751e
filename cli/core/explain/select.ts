import { fail, ok, type Result } from '../../../proxy/contract/result.ts';
import { type Diagnostic, isError, type Problem, problem, severityOf, wordsOf } from '../diagnostic.ts';
import type { Processed, WorkloadEntry } from '../inject/inputs.ts';
import { formatRef, type ResourceRef } from '../manifest/object/resource-ref.ts';
import { nearest } from '../nearest.ts';
import { reported } from '../report/report.ts';
import { isMatched, type Match } from '../settings/workload-match.ts';
import type { Explained } from './explain.ts';
import type { Finding } from './timeline.ts';

/** What was asked for and is there, or why it cannot be explained. */
export type Selection = Result<readonly Explained[], readonly Diagnostic[]>;

/**
 * The Dapr workloads of the input, or those that `asked` names: `Kind/namespace/name`, `Kind/name` or `name`, in which `*`
 * stands for any characters. What is wrong with others is no matter here, but for a document that cannot be read.
 */
export const selectWorkloads = (
  { entries, diagnostics }: Pick<Processed, 'entries' | 'diagnostics'>,
  asked: string | undefined,
  namespace: string,
): Selection => {
  const shown = reported(entries);
  const refused = diagnostics.filter(isError);
  const refs = [...shown, ...refused].flatMap(({ place }) => (place.ref === undefined ? [] : [place.ref]));
  const isAsked = (ref: ResourceRef | undefined): boolean =>
    asked === undefined || (ref !== undefined && isMatched(matchOf(asked), ref, ref.namespace || namespace));
  const inTheWay = refused.filter(({ place }) => place.ref === undefined || isAsked(place.ref));
  if (inTheWay.length > 0) return fail(inTheWay);
  if (asked !== undefined && !refs.some(isAsked))
    return fail([{ problem: unknownWorkload(asked, refs), place: { input: '', line: 0, column: 0 } }]);
  return ok(shown.filter(({ place }) => isAsked(place.ref)).flatMap((entry) => explained(entry, diagnostics)));
};

const matchOf = (asked: string): Match => {
  const [first = '', second, third] = asked.split('/');
  if (second === undefined) return { kind: '*', namespace: '*', name: first };
  return third === undefined
    ? { kind: first, namespace: '*', name: second }
    : { kind: first, namespace: second, name: asked.split('/').slice(2).join('/') };
};

/** The nearest is named as it was asked for: with a kind and a namespace, or without. */
const unknownWorkload = (asked: string, refs: readonly ResourceRef[]): Problem => {
  const named = [...new Set(refs.map(formatRef))];
  const short = refs.flatMap((ref) => [ref.name, `${ref.kind}/${ref.name}`]);
  return problem('unknown-workload', {
    asked,
    nearest: nearest(asked, [...named, ...short]),
    workloads: named,
  });
};

const explained = ({ outcome, place }: WorkloadEntry, diagnostics: readonly Diagnostic[]): readonly Explained[] => {
  if (outcome.action === 'uninjected' || place.ref === undefined) return [];
  const name = formatRef(place.ref);
  const own = diagnostics.filter((one) => one.place.ref !== undefined && formatRef(one.place.ref) === name);
  return [{ name, outcome, findings: own.map(findingOf) }];
};

const findingOf = ({ problem: found, place }: Diagnostic): Finding => ({
  id: found.code,
  severity: severityOf(found.code),
  message: wordsOf(found),
  field: place.field,
});
