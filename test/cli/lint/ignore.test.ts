import { expect } from 'chai';
import { wordsOf } from '../../../cli/core/diagnostic.ts';
import type { LintResult } from '../../../cli/core/lint/result.ts';
import { lint, sectionOf } from '../../support/cli/lint.ts';

/** A Deployment that only `no-readiness` finds something in, with annotations on it and on its pod template. */
const deployment = (own = '', template = ''): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web-eu
  annotations: {${own}}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata:
      labels: {app: web}
      annotations:
        dapr.io/enabled: "true"
        dapr.io/app-id: web
        dapr.io/app-port: "8080"
        ${template}
    spec:
      containers: [{name: app, image: "registry.example/web:1"}]
`;

const ignore = (reason: string, rule = 'no-readiness'): string => `ignore.lint.daps.io/${rule}: "${reason}"`;
const linted = (text: string, config?: string): LintResult => lint({ 'web.yaml': text }, { config });
const idsOf = ({ findings }: LintResult): readonly string[] => findings.map(({ id }) => id);
const reasonsOf = ({ ignored }: LintResult): readonly string[] => ignored.map(({ reason }) => reason);

describe('ignoring findings', () => {
  it('finds no-readiness in the workload of these tests, and nothing else', () =>
    expect(idsOf(linted(deployment()))).to.deep.equal(['no-readiness']));

  describe('by annotation', () => {
    const why = 'it opens its port last';
    const places = {
      'on the object': deployment(ignore(why)),
      'on the pod template': deployment('', ignore(why)),
    };
    for (const [where, text] of Object.entries(places))
      it(`leaves a finding out with the reason that stands ${where}`, () => {
        const result = linted(text);
        expect(idsOf(result)).to.deep.equal([]);
        expect(reasonsOf(result)).to.deep.equal([why]);
      });

    it('leaves a finding of a Component out', () => {
      const component = `apiVersion: dapr.io/v1alpha1
kind: Component
metadata: {name: orders, annotations: {${ignore('a test queue', 'rabbitmq-auto-ack')}}}
spec:
  type: pubsub.rabbitmq
  version: v1
  metadata: [{name: autoAck, value: "true"}]
`;
      expect(reasonsOf(linted(component))).to.deep.equal(['a test queue']);
    });

    it('reads the annotations of a kind whose template has its metadata elsewhere', () => {
      const config = 'workloads: [{group: shop.example, kind: Worker, path: spec, metadata: podMeta, spec: pod}]';
      const worker = `apiVersion: shop.example/v1
kind: Worker
metadata: {name: web}
spec:
  podMeta:
    annotations:
      dapr.io/enabled: "true"
      dapr.io/app-id: web
      dapr.io/app-port: "8080"
      ${ignore('a worker')}
  pod:
    containers: [{name: app, image: "registry.example/web:1"}]
`;
      expect(reasonsOf(linted(worker, config))).to.deep.equal(['a worker']);
    });

    it('needs a reason', () =>
      expect(idsOf(linted(deployment(ignore(' '))))).to.have.members(['no-readiness', 'ignore-without-reason']));

    it('names a rule that there is', () => {
      const { findings } = linted(deployment(ignore('why', 'no-readines')));
      expect(findings.find(({ id }) => id === 'unknown-rule')?.message).to.include('Did you mean no-readiness?');
    });

    it('is reported where it matches nothing, with its place', () => {
      const { findings } = linted(deployment(ignore('why', 'rabbitmq-auto-ack')));
      const unmatched = findings.find(({ id }) => id === 'unmatched-ignore');
      expect(unmatched?.place.field).to.equal('metadata.annotations[ignore.lint.daps.io/rabbitmq-auto-ack]');
    });
  });

  describe('in .daps.yaml', () => {
    const rule = (match: string): string => `lint: {ignore: [{rule: no-*, ${match}reason: old}]}`;

    it('leaves findings out by rule, kind and name, with wildcards', () =>
      expect(reasonsOf(linted(deployment(), rule('kind: Deployment, name: web-*, ')))).to.deep.equal(['old']));

    it('leaves other objects alone, and says that it matches nothing', () => {
      const { findings } = linted(deployment(), rule('name: shop-*, '));
      expect(findings.map(({ id, place }) => [id, place.input])).to.have.deep.members([
        ['no-readiness', 'web.yaml'],
        ['unmatched-ignore', '.daps.yaml'],
      ]);
    });

    it('weighs a rule, or turns it off', () => {
      const severity = (word: string) => linted(deployment(), `lint: {rules: {no-readiness: ${word}}}`).findings;
      expect(severity('error').map((one) => one.severity)).to.deep.equal(['error']);
      expect(severity('off')).to.deep.equal([]);
    });

    const wrong: readonly (readonly [section: string, field: string, words: string])[] = [
      ['[]', 'lint', 'is no map'],
      ['{rulez: {}}', 'lint.rulez', 'Did you mean rules?'],
      ['{failOn: never}', 'lint.failOn', 'must be error, warning, note'],
      ['{rules: []}', 'lint.rules', 'is no map'],
      ['{rules: {no-readines: off}}', 'lint.rules.no-readines', 'Did you mean no-readiness?'],
      ['{rules: {no-readiness: maybe}}', 'lint.rules.no-readiness', 'must be off, error, warning, note'],
      ['{ignore: {}}', 'lint.ignore', 'is no list'],
      ['{ignore: [x]}', 'lint.ignore[0]', 'is no map'],
      ['{ignore: [{reason: x}]}', 'lint.ignore[0]', 'names no rule'],
      ['{ignore: [{rule: no-readiness}]}', 'lint.ignore[0]', 'has no reason'],
      ['{ignore: [{rule: none, reason: x}]}', 'lint.ignore[0].rule', 'there is no rule of that id'],
      ['{ignore: [{rule: no-*, reason: x, names: y}]}', 'lint.ignore[0].names', 'Did you mean name?'],
      ['{ignore: [{rule: no-*, reason: x, kind: "^D"}]}', 'lint.ignore[0].kind', 'must be a kind'],
    ];
    for (const [section, field, words] of wrong)
      it(`refuses ${section} and names ${field}`, () => {
        const said = sectionOf(`lint: ${section}\n`).problems.map(({ problem }) => wordsOf(problem));
        expect(said).to.have.length(1);
        expect(said[0]).to.include(field).and.to.include(words);
      });
  });
});
