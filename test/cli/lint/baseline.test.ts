import { expect } from 'chai';
import { baselineText, readBaseline, withoutBaseline } from '../../../cli/core/lint/baseline.ts';
import { lintSummary } from '../../../cli/core/lint/format/summary.ts';
import type { LintResult } from '../../../cli/core/lint/result.ts';
import { findingsOf, lint } from '../../support/cli/lint.ts';

const component = (name: string): string =>
  `---
apiVersion: dapr.io/v1alpha1
kind: Component
metadata: {name: ${name}}
spec:
  type: pubsub.rabbitmq
  metadata:
    - {name: autoAck, value: "true"}
`;
const found = (...names: readonly string[]): LintResult =>
  findingsOf(lint({ 'a.yaml': names.map(component).join('') }), 'rabbitmq-auto-ack');
const read = (text: string) => {
  const baseline = readBaseline(text);
  if (!baseline.ok) throw new Error(baseline.error);
  return baseline.value;
};
const text = baselineText(found('b', 'a', 'b').findings);

describe('a baseline', () => {
  it('has one entry a line, sorted, with counts and without line numbers', () =>
    expect(text).to.equal(`{
  "version": 1,
  "findings": [
    {"rule":"rabbitmq-auto-ack","object":"Component.dapr.io/a","field":"spec.metadata[autoAck].value","count":1},
    {"rule":"rabbitmq-auto-ack","object":"Component.dapr.io/b","field":"spec.metadata[autoAck].value","count":2}
  ]
}
`));

  it('of nothing is empty', () => expect(read(baselineText([]))).to.deep.equal({ entries: [] }));

  it('leaves out what it has, and counts it', () => {
    const result = withoutBaseline(found('b', 'a', 'b'), read(text));
    expect(result).to.deep.include({ findings: [], baselined: 3, goneFromBaseline: 0 });
    expect(lintSummary(result)).to.equal('daps lint: no findings in 0 Dapr workloads; 3 in the baseline');
  });

  it('lets through one more of what it has', () => {
    const { findings, baselined } = withoutBaseline(found('b', 'b', 'b'), read(text));
    expect([findings.length, baselined]).to.deep.equal([1, 2]);
  });

  it('is to be written again where entries match nothing', () => {
    const result = withoutBaseline(found('b'), read(text));
    expect(result.goneFromBaseline).to.equal(2);
    expect(lintSummary(result)).to.equal(
      'daps lint: no findings in 0 Dapr workloads; 1 in the baseline, 2 entries of the baseline are gone: write it again',
    );
  });

  it('never has a document that cannot be read', () => {
    const unread = lint({ 'a.yaml': 'a: dapr.io/enabled\n b: [\n' });
    expect(read(baselineText(unread.findings))).to.deep.equal({ entries: [] });
    const own = { entries: [{ rule: 'malformed-yaml', object: 'a.yaml', field: '', count: 1 }] };
    expect(withoutBaseline(unread, own).findings).to.deep.equal(unread.findings);
  });

  for (const [what, broken, reason] of [
    ['no JSON', '{', 'it is not a JSON object'],
    ['a list', '[]', 'it is not a JSON object'],
    ['another version', '{"version": 2}', 'its version is not 1'],
    ['no findings', '{"version": 1}', 'its findings are not a list'],
    [
      'a count of nothing',
      '{"version": 1, "findings": [{"rule": "a", "object": "b", "field": "", "count": 0}]}',
      'findings[0] is not {"rule": …, "object": …, "field": …, "count": …}',
    ],
  ] as const)
    it(`is refused where it is ${what}`, () =>
      expect(readBaseline(broken)).to.deep.equal({ ok: false, error: reason }));
});
