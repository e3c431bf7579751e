import type { Log, ReportingDescriptor, Result, Suppression } from 'sarif';
import { formatRef } from '../../manifest/object/resource-ref.ts';
import { listedRules } from '../listed-rules.ts';
import { fnv1a } from './fnv1a.ts';
import { type Located, locate } from './located.ts';
import type { LintRun } from './run.ts';

/**
 * SARIF 2.1.0 (OASIS), with what GitHub code scanning reads of it
 * (docs.github.com "SARIF support for code scanning").
 */
export const lintSarif = (run: LintRun): string => {
  const { findings, ignored } = locate(run);
  const ids = [...new Set([...findings, ...ignored].map(({ found }) => found.id))].sort();
  const resultOf = resultsWith(ids);
  const log: Log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'daps lint', semanticVersion: run.dapsVersion, rules: ids.map(descriptorOf) } },
        automationDetails: { id: 'daps-lint/' },
        columnKind: 'unicodeCodePoints',
        invocations: [{ executionSuccessful: run.result.unread === undefined }],
        results: [
          ...findings.map((located) => resultOf(located, [])),
          ...ignored.map(({ reason, ...located }) =>
            resultOf(located, [{ kind: 'inSource', status: 'accepted', justification: reason }]),
          ),
        ],
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
};

const descriptorOf = (id: string): ReportingDescriptor => {
  const rule = listedRules.find((one) => one.id === id);
  if (rule === undefined) return { id, shortDescription: { text: 'Every input can be read.' } };
  const { summary, severity, topic } = rule;
  return {
    id,
    shortDescription: { text: summary },
    fullDescription: { text: summary },
    help: {
      text: `${summary} "daps rules ${id}" prints why, and what to write instead.`,
      markdown: `${summary}\n\n\`daps rules ${id}\` prints why, and what to write instead.`,
    },
    defaultConfiguration: { level: severity },
    properties: { tags: ['dapr', topic] },
  };
};

const resultsWith =
  (ids: readonly string[]) =>
  ({ found, at, isInTemplate, fingerprint }: Located, suppressions: Suppression[]): Result => {
    const { id, severity, message, place } = found;
    const object = place.ref === undefined ? '' : `${formatRef(place.ref)}: `;
    const rendered = isInTemplate ? ` (line ${place.line} of ${place.input})` : '';
    const [, ordinal = '1'] = / #(\d+)$/.exec(fingerprint) ?? [];
    return {
      ruleId: id,
      ruleIndex: ids.indexOf(id),
      level: severity,
      message: { text: `${object}${message}${rendered}` },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: uriOf(at.file) },
            ...(at.line === 0 ? {} : { region: { startLine: at.line, startColumn: at.column } }),
          },
          ...(place.ref === undefined
            ? {}
            : {
                logicalLocations: [
                  { fullyQualifiedName: [formatRef(place.ref), place.field ?? ''].join(' ').trim(), kind: 'object' },
                ],
              }),
        },
      ],
      // GitHub compares this one only, and takes a hash with an ordinal.
      partialFingerprints: {
        primaryLocationLineHash: `${fnv1a(fingerprint.replace(/ #\d+$/, ''))}:${ordinal}`,
        'dapsFinding/v1': fingerprint,
      },
      ...(suppressions.length === 0 ? {} : { suppressions }),
    };
  };

/** A relative reference for what is below the working directory, and `file:` for the rest (RFC 3986, RFC 8089). */
const uriOf = (file: string): string => {
  const path = file
    .split('/')
    .map((step) => encodeURIComponent(step).replaceAll('%40', '@'))
    .join('/');
  if (/^\//.test(file)) return `file://${path}`;
  if (/^[A-Za-z]:\//.test(file)) return `file:///${path.replace('%3A', ':')}`;
  return path;
};
