import type { ResourceRef } from '../../manifest/object/resource-ref.ts';
import { severities } from '../rule/rule.ts';
import { type Located, locate } from './located.ts';
import type { LintRun } from './run.ts';

/** The format's version: fields may come, none goes or changes its meaning without a new one. */
export const jsonVersion = 1;

/** What `daps schema lint` describes. */
export const lintJson = (run: LintRun): string => {
  const { findings, ignored } = locate(run);
  const { result, failOn, dapsVersion } = run;
  const counts = severities.map((severity) => [
    `${severity}s`,
    result.findings.filter((found) => found.severity === severity).length,
  ]);
  const report = {
    version: jsonVersion,
    daps: dapsVersion,
    summary: {
      ...Object.fromEntries(counts),
      ignored: ignored.length,
      baselined: result.baselined,
      goneFromBaseline: result.goneFromBaseline,
      workloads: result.workloads.length,
      complete: result.unread === undefined,
      failOn,
    },
    findings: findings.map(findingJson),
    ignored: ignored.map(({ reason, ...located }) => ({ ...findingJson(located), reason })),
  };
  return `${JSON.stringify(report, null, 2)}\n`;
};

const findingJson = ({ found, at, isInTemplate, fingerprint }: Located): object => {
  const { id, severity, message, place, fix } = found;
  return {
    rule: id,
    severity,
    message,
    ...at,
    ...(place.ref === undefined ? {} : { object: objectJson(place.ref) }),
    ...(place.field === undefined ? {} : { field: place.field }),
    ...(isInTemplate ? { rendered: { input: place.input, line: place.line, column: place.column } } : {}),
    ...(place.source === undefined ? {} : { source: place.source }),
    fixable: fix !== undefined,
    fingerprint,
  };
};

const objectJson = ({ group, version, kind, namespace, name }: ResourceRef): object => ({
  apiVersion: group === '' ? version : `${group}/${version}`,
  kind,
  ...(namespace === '' ? {} : { namespace }),
  name,
});
