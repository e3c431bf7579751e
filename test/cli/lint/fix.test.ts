import { expect } from 'chai';
import { fixInputs } from '../../../cli/core/lint/fix.ts';
import { workloadKinds } from '../../../cli/core/manifest/object/workload.ts';
import { readFixtures } from '../../support/cli/golden.ts';
import { lint } from '../../support/cli/lint.ts';

/** The text after `daps lint --fix`, with the ids of what was fixed and of what was left. */
const fix = (text: string): { text: string; fixed: readonly string[]; left: readonly string[] } => {
  const { findings } = lint({ 'input.yaml': text });
  const { texts, fixed, left } = fixInputs([{ name: 'input.yaml', text }], findings, workloadKinds);
  return { text: texts[0] ?? '', fixed: fixed.map(({ id }) => id), left: left.map(({ id }) => id) };
};

/** A public manifest's circle: the probes ask daprd, which is healthy only when the app's port has taken its connection. */
const circle = `# the shop
apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop   # not to be renamed
spec:
  selector: {matchLabels: {app: shop}}
  template:
    metadata:
      labels: {app: shop}
      annotations:
        dapr.io/enabled: "true"
        dapr.io/app-id: shop
        dapr.io/app-port: "80"
    spec:
      containers:
      - name: shop
        image: registry.example/shop:1
        livenessProbe:
          httpGet:
            path: /v1.0/healthz
            port: 3500
        readinessProbe: {httpGet: {path: /v1.0/healthz, port: 3500}}
`;

describe('daps lint --fix', () => {
  it("breaks a circle through daprd's health and leaves every other byte", () => {
    const { text, fixed } = fix(circle);
    expect(fixed).to.have.members(['readiness-of-daprd', 'probe-waits-for-gate']);
    expect(text).to.equal(
      circle
        .replace('path: /v1.0/healthz\n', 'path: "/v1.0/healthz/outbound"\n')
        .replace('{path: /v1.0/healthz, port', '{path: "/v1.0/healthz/outbound", port'),
    );
    expect(lint({ 'input.yaml': text }).findings.map(({ id }) => id)).not.to.include('probe-waits-for-gate');
  });

  it('fixes findings of several documents of one input', () => {
    const { text } = fix(`${circle}---\n${circle.replaceAll('shop', 'store')}`);
    expect(text.match(/healthz\/outbound/g)).to.have.length(4);
    expect(text).not.to.match(/healthz[\n,]/);
  });

  it('leaves what an anchor shares with something else', () => {
    const shared = circle
      .replace('livenessProbe:\n          httpGet:', 'livenessProbe:\n          httpGet: &get')
      .replace('{httpGet: {path: /v1.0/healthz, port: 3500}}', '{httpGet: *get}');
    const { text, fixed, left } = fix(shared);
    expect(fixed).to.deep.equal([]);
    expect(left).to.have.length.greaterThan(0);
    expect(text).to.equal(shared);
  });

  it('leaves what daps has injected: its source must be fixed', () => {
    const { findings } = lint({ 'input.yaml': circle });
    const text = circle.replace('dapr.io/enabled: "true"', 'dapr.io/enabled: "true"\n        daps.io/status: "{}"');
    const moved = findings.map((one) => ({
      ...one,
      object: one.object && {
        ...one.object,
        spot: { ...one.object.spot, document: { ...one.object.spot.document, text } },
      },
    }));
    const { fixed } = fixInputs([{ name: 'input.yaml', text }], moved as typeof findings, workloadKinds);
    expect(fixed).to.deep.equal([]);
  });

  it('makes every finding with a fix disappear, in every fixture', () => {
    let tried = 0;
    for (const { name, input } of readFixtures('lint/err')) {
      const { text, fixed } = fix(input);
      if (fixed.length === 0) continue;
      tried += 1;
      const again = lint({ 'input.yaml': text }).findings.filter(({ fix: more }) => more !== undefined);
      expect(
        again.map(({ id }) => id).filter((id) => fixed.includes(id)),
        name,
      ).to.deep.equal([]);
    }
    expect(tried).to.be.greaterThan(0);
  });
});
