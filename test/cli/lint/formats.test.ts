import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import { expect } from 'chai';
import { XMLParser } from 'fast-xml-parser';
import type { Log } from 'sarif';
import { fnv1a } from '../../../cli/core/lint/format/fnv1a.ts';
import { lintGithub } from '../../../cli/core/lint/format/github.ts';
import { lintJson } from '../../../cli/core/lint/format/json.ts';
import { jsonSchema } from '../../../cli/core/lint/format/json-schema.ts';
import { lintJunit } from '../../../cli/core/lint/format/junit.ts';
import type { LintRun } from '../../../cli/core/lint/format/run.ts';
import { lintSarif } from '../../../cli/core/lint/format/sarif.ts';
import { findingsOf, lint, runOf } from '../../support/cli/lint.ts';

const component = (name: string): string =>
  `apiVersion: dapr.io/v1alpha1
kind: Component
metadata: {name: ${name}, namespace: shop}
spec:
  type: pubsub.rabbitmq
  version: v1
  metadata:
    - {name: autoAck, value: "true"}
`;
const deployment = (name: string, readiness = ''): string =>
  `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: shop}
spec:
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata:
      labels: {app: ${name}}
      annotations: {dapr.io/enabled: "true", dapr.io/app-id: ${name}, dapr.io/app-port: "8080"}
    spec:
      terminationGracePeriodSeconds: 60
      containers:
        - {name: app, image: "app:1", ports: [{containerPort: 8080}]${readiness}}
`;
const probe = ', readinessProbe: {httpGet: {path: /ready, port: 8080}}';

const inputs = {
  'apps/a b.yaml': [component('orders'), component('orders'), deployment('web')].join('---\n'),
  './apps/good.yaml': deployment('good', probe),
  '/elsewhere/c.yaml': deployment('far'),
};
const ignoring = `lint: {ignore: [{rule: no-readiness, name: far, reason: 'it is "ready" <at once>'}]}`;
/** The inputs as one run found them, but only the findings of two rules. */
const runWith = (texts: Readonly<Record<string, string>>, config?: string): LintRun =>
  runOf(findingsOf(lint(texts, { config }), 'no-readiness', 'rabbitmq-auto-ack', 'malformed-yaml'), texts);
const run = runWith(inputs, ignoring);
const broken = { 'x.yaml': 'a: dapr.io/enabled\n b: [\n' };

/** What a schema has against a document. That of SARIF has a pattern that is none with the flag u. */
const complaints = (schema: object, text: string): unknown => {
  const ajv = new Ajv({
    strict: false,
    unicodeRegExp: false,
    allErrors: true,
    formats: { 'date-time': true, uri: true, 'uri-reference': /^[^\s"<>\\^`{|}]*$/ },
  });
  const validate = ajv.compile(schema);
  return validate(JSON.parse(text)) ? [] : validate.errors;
};

describe('daps lint --output=json', () => {
  it('keeps to its schema, whatever was found', () => {
    for (const one of [run, runWith({}), runWith(broken)])
      expect(complaints(jsonSchema, lintJson(one))).to.deep.equal([]);
  });

  it('says what was found, where, and what it comes to', () => {
    const { summary, findings, ignored } = JSON.parse(lintJson(run));
    expect(summary).to.deep.equal({
      errors: 2,
      warnings: 1,
      notes: 0,
      ignored: 1,
      baselined: 0,
      goneFromBaseline: 0,
      workloads: 3,
      complete: true,
      failOn: 'error',
    });
    expect(findings[2]).to.deep.include({
      rule: 'no-readiness',
      severity: 'warning',
      file: 'apps/a b.yaml',
      line: 31,
      column: 11,
      object: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' },
      field: 'spec.template.spec.containers[app]',
      fixable: false,
    });
    expect(ignored.map(({ reason }: { reason: string }) => reason)).to.deep.equal(['it is "ready" <at once>']);
  });

  it('says that documents are missing where one cannot be read', () =>
    expect(JSON.parse(lintJson(runWith(broken)))).to.deep.include({
      summary: { ...JSON.parse(lintJson(runWith({}))).summary, errors: 1, complete: false },
    }));
});

describe('daps lint --output=sarif', () => {
  const {
    id: _,
    $schema: __,
    ...official
  } = createRequire(import.meta.url)('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json');
  const log = JSON.parse(lintSarif(run)) as Log;
  const results = log.runs[0]?.results ?? [];

  it('keeps to the schema of SARIF 2.1.0, whatever was found', () => {
    for (const one of [run, runWith({}), runWith(broken)])
      expect(complaints(official, lintSarif(one))).to.deep.equal([]);
    expect(complaints(official, '{"version":"2.1.0","runs":[{}]}')).not.to.deep.equal([]);
  });

  it('names every rule that has a result, and its level', () => {
    const described = log.runs[0]?.tool.driver.rules ?? [];
    expect(results.map(({ ruleId, ruleIndex }) => described[ruleIndex ?? -1]?.id === ruleId)).to.deep.equal(
      results.map(() => true),
    );
    expect(results.map(({ level }) => level)).to.deep.equal(['error', 'error', 'warning', 'warning']);
    for (const { help } of described) expect(help?.text).to.match(/daps rules [a-z-]+/);
  });

  it('has relative references for what is below the working directory', () =>
    expect(results.map(({ locations }) => locations?.[0]?.physicalLocation?.artifactLocation?.uri)).to.deep.equal([
      'apps/a%20b.yaml',
      'apps/a%20b.yaml',
      'apps/a%20b.yaml',
      'file:///elsewhere/c.yaml',
    ]));

  it('suppresses what is ignored, with the reason', () =>
    expect(results.map(({ suppressions }) => suppressions?.[0]?.justification)).to.deep.equal([
      undefined,
      undefined,
      undefined,
      'it is "ready" <at once>',
    ]));

  it('has fingerprints that no line number changes, and that tell repeats', () => {
    const below = { ...inputs, 'apps/a b.yaml': `# a comment\n\n${inputs['apps/a b.yaml']}` };
    const moved = JSON.parse(lintSarif(runWith(below, ignoring))) as Log;
    const fingerprints = results.map(({ partialFingerprints }) => partialFingerprints);
    expect(moved.runs[0]?.results?.map(({ partialFingerprints }) => partialFingerprints)).to.deep.equal(fingerprints);
    expect(fingerprints.map((one) => one?.['dapsFinding/v1'])).to.deep.equal([
      'rabbitmq-auto-ack Component.dapr.io/shop/orders spec.metadata[autoAck].value #1',
      'rabbitmq-auto-ack Component.dapr.io/shop/orders spec.metadata[autoAck].value #2',
      'no-readiness Deployment.apps/shop/web spec.template.spec.containers[app] #1',
      'no-readiness Deployment.apps/shop/far spec.template.spec.containers[app] #1',
    ]);
    expect(fingerprints[1]?.['primaryLocationLineHash']).to.match(/^[0-9a-f]{16}:2$/);
  });

  it('hashes as FNV-1a does', () => {
    expect(fnv1a('')).to.equal('cbf29ce484222325');
    expect(fnv1a('foobar')).to.equal('85944171f73967e8');
  });
});

describe('daps lint --output=github', () => {
  it('prints a command for each finding, and the summary', () => {
    const lines = lintGithub(run).split('\n');
    expect(lines[0]).to.match(
      /^::error file=apps\/a b\.yaml,line=8,col=\d+,title=daps lint%3A rabbitmq-auto-ack::Component\/shop\/orders spec\.metadata\[autoAck\]\.value: autoAck is true/,
    );
    expect(lines[2]).to.match(/^::warning file=apps\/a b\.yaml,line=31,col=11,title=daps lint%3A no-readiness::/);
    expect(lines.slice(3)).to.deep.equal(['daps lint: 2 errors, 1 warning in 3 Dapr workloads; 1 ignored', '']);
  });

  it('escapes what would end a command or a property', () => {
    const hostile = {
      ...run,
      result: {
        ...run.result,
        findings: [
          {
            id: 'x',
            severity: 'note' as const,
            message: '100%\r\n::error::a,b',
            place: { input: 'a,b:c%\n.yaml', line: 1, column: 2 },
          },
        ],
      },
    };
    expect(lintGithub(hostile).split('\n')[0]).to.equal(
      '::notice file=a%2Cb%3Ac%25%0A.yaml,line=1,col=2,title=daps lint%3A x::100%25%0D%0A::error::a,b',
    );
  });

  it('names no file for stdin', () => {
    const piped = { stdin: deployment('web') };
    expect(lintGithub(runWith(piped))).to.match(/^::warning line=\d+,col=\d+,title/);
  });
});

describe('daps lint --output=junit', () => {
  const parse = (text: string) =>
    new XMLParser({
      ignoreAttributes: false,
      attributeNamePrefix: '',
      isArray: (name) => /^test(suite|case)$/.test(name),
    }).parse(text);
  const cases = (text: string) =>
    parse(text).testsuites.testsuite.flatMap(({ testcase }: { testcase: unknown[] }) => testcase);

  it('has a case for each workload, and one for each file', () => {
    expect(cases(lintJunit(run)).map(({ classname, name }: Record<string, string>) => [classname, name])).to.deep.equal(
      [
        ['apps/a b.yaml', 'file'],
        ['apps/a b.yaml', 'Deployment/shop/web'],
        ['apps/a b.yaml', 'Component/shop/orders'],
        ['apps/good.yaml', 'file'],
        ['apps/good.yaml', 'Deployment/shop/good'],
        ['/elsewhere/c.yaml', 'file'],
        ['/elsewhere/c.yaml', 'Deployment/shop/far'],
      ],
    );
  });

  it('fails from the severity on that makes the run fail', () => {
    const { testsuites } = parse(lintJunit(run));
    expect([testsuites.tests, testsuites.failures]).to.deep.equal(['7', '1']);
    expect(parse(lintJunit({ ...run, failOn: 'warning' })).testsuites.failures).to.equal('2');
    const [, web, orders] = cases(lintJunit(run));
    expect(web.failure).to.equal(undefined);
    expect(web['system-out']).to.match(/^apps\/a b\.yaml:31:11: warning\[no-readiness\] spec/);
    expect(orders.failure.map(({ type }: Record<string, string>) => type)).to.deep.equal(
      Array(2).fill('error[rabbitmq-auto-ack]'),
    );
  });

  it('is well-formed whatever stands in names', () => {
    const hostile = { 'a<b>&"\u0001\ufffe.yaml': deployment('web') };
    expect(cases(lintJunit(runWith(hostile)))[0].classname).to.be.a('string');
    expect(lintJunit(runWith(hostile))).to.include('name="a&lt;b&gt;&amp;&quot;\\u0001\ufffd.yaml"');
  });
});

describe('every format', () => {
  it('is the same twice', () => {
    for (const format of [lintJson, lintSarif, lintGithub, lintJunit]) expect(format(run)).to.equal(format(run));
  });

  it('names files relative to the working directory', () => {
    const below = { '/repository/a.yaml': deployment('web') };
    const own = runWith(below);
    for (const format of [lintJson, lintSarif, lintGithub, lintJunit])
      expect(format(own)).not.to.include('/repository');
  });
});
