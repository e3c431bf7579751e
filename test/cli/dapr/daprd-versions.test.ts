import { expect } from 'chai';
import { daprdParts } from '../../../cli/core/dapr/daprd-parts.ts';
import { isAtLeast, neededVersion, parseVersion, versionOfImage } from '../../../cli/core/dapr/version.ts';
import type { MapValue } from '../../../cli/core/manifest/model/value.ts';
import { clusterFacts } from '../../../cli/core/settings/cluster-facts.ts';
import type { RunSettingName } from '../../../cli/core/settings/run-settings.ts';
import { inject } from '../../support/cli/daps.ts';
import type { JsonMap } from '../../support/cli/kube-objects.ts';
import { coreValue, plain } from '../../support/dapr/oracle.ts';

const versionOf = (text: string) => {
  const version = parseVersion(text);
  if (version === undefined) throw new Error(`${text} is no version`);
  return version;
};

/** daprd of a version, for annotations and settings. */
const daprd = (
  version: string,
  annotations: Readonly<Record<string, string>> = {},
  settings: Partial<Record<RunSettingName, string>> = {},
): JsonMap => {
  const parts = daprdParts({
    annotations: new Map(
      Object.entries({ 'app-id': 'a', ...annotations }).map(([name, text]) => [`dapr.io/${name}`, text]),
    ),
    spec: coreValue({ containers: [{ name: 'app' }] }) as MapValue,
    name: '',
    cluster: clusterFacts((name) => settings[name]),
    version: versionOf(version),
    anchors: { kind: 'config-map', name: 'bundle' },
    components: [],
    place: { behind: 0, isWaitedFor: false },
  });
  return plain(parts.sidecars.at(-1) ?? null) as JsonMap;
};

const argsOf = (container: JsonMap): readonly string[] => container['args'] as readonly string[];
const variableOf = (container: JsonMap, name: string): JsonMap | undefined =>
  (container['env'] as readonly JsonMap[]).find((one) => one['name'] === name);

/** What each tag from v1.14.0 to v1.18.3 does; the two with an oracle are also compared with that. */
describe('daprd by version', () => {
  const flags: readonly (readonly [annotation: string, flag: string, readonly string[], readonly string[]])[] = [
    ['sentry-request-jwt-audiences', '--sentry-request-jwt-audiences', ['1.16.0', '1.18.3'], ['1.14.0', '1.15.14']],
    ['disable-init-endpoints', '--disable-init-endpoints', ['1.17.0', '1.18.1'], ['1.16.19']],
    ['actors-disseminate-timeout', '--actors-disseminate-timeout', ['1.18.0'], ['1.17.13']],
    ['scheduler-host-address', '--scheduler-host-address', ['1.17.0', '1.18.3'], ['1.14.0', '1.16.19']],
    [
      'app-binding-options-timeout',
      '--app-binding-options-timeout',
      ['1.16.18', '1.16.19', '1.17.12', '1.18.3', '1.19.0'],
      ['1.16.17', '1.17.0', '1.17.11', '1.18.0', '1.18.2', '1.15.14'],
    ],
    ['block-shutdown-duration', '--dapr-block-shutdown-duration', ['1.14.0', '1.18.3'], []],
    ['max-body-size', '--max-body-size', ['1.14.0', '1.18.3'], []],
  ];
  for (const [annotation, flag, having, without] of flags) {
    it(`${flag}: ${having.join(', ')}${without.length === 0 ? '' : `, and not ${without.join(', ')}`}`, () => {
      for (const version of having) expect(argsOf(daprd(version, { [annotation]: '5s' })), version).to.include(flag);
      for (const version of without)
        expect(argsOf(daprd(version, { [annotation]: '5s' })), version).not.to.include(flag);
    });
  }

  it('the scheduler is a variable up to 1.16, with a name for all of them from 1.15 on', () => {
    const names = ['DAPR_SCHEDULER_HOST_ADDRESS', 'DAPR_SCHEDULER_HOST_ADDRESS_DNS_A'];
    const found = (version: string): readonly boolean[] =>
      names.map((name) => variableOf(daprd(version), name) !== undefined);
    expect(found('1.14.0')).to.deep.equal([true, false]);
    expect(found('1.15.0')).to.deep.equal([true, true]);
    expect(found('1.16.19')).to.deep.equal([true, true]);
    expect(found('1.17.0')).to.deep.equal([false, false]);
  });

  it('ports can be moved from 1.15 on', () => {
    expect(argsOf(daprd('1.14.5', { 'grpc-port': '5' }))).to.include('50001');
    expect(argsOf(daprd('1.15.0', { 'grpc-port': '5' }))).not.to.include('50001');
  });

  it('an empty annotation counts from 1.15 on', () => {
    expect(argsOf(daprd('1.14.5', { 'log-level': '' }))).to.include('info');
    expect(argsOf(daprd('1.15.0', { 'log-level': '' }))).not.to.include('info');
    expect(argsOf(daprd('1.14.5', { 'placement-host-address': ' ' }))).to.include('--placement-host-address');
    expect(argsOf(daprd('1.15.0', { 'placement-host-address': ' ' }))).not.to.include('--placement-host-address');
  });

  it('actors can be switched off from 1.15.4 on', () => {
    expect(argsOf(daprd('1.15.3', {}, { actors: 'false' }))).to.include('--placement-host-address');
    expect(argsOf(daprd('1.15.4', {}, { actors: 'false' }))).not.to.include('--placement-host-address');
  });

  it('a value of dapr.io/env may hold = from 1.16.2 on', () => {
    expect(variableOf(daprd('1.16.1', { env: 'A=b=c' }), 'A')).to.equal(undefined);
    expect(variableOf(daprd('1.16.2', { env: 'A=b=c' }), 'A')).to.deep.equal({ name: 'A', value: 'b=c' });
  });

  it('probes are those of the version', () => {
    for (const version of ['1.14.0', '1.15.1', '1.15.2', '1.18.3'])
      expect(daprd(version)['livenessProbe'], 'a shut gate restarts no daprd').to.deep.include({
        tcpSocket: { port: 3501 },
      });
    expect(daprd('1.17.13')['readinessProbe']).to.include({
      initialDelaySeconds: 3,
      timeoutSeconds: 3,
      periodSeconds: 6,
    });
    expect(daprd('1.18.0')['readinessProbe']).to.include({
      initialDelaySeconds: 1,
      timeoutSeconds: 1,
      periodSeconds: 1,
    });
  });

  it('users and groups can be chosen from 1.14.3 on', () => {
    const settings = { 'daprd-run-as-user': '1000', 'daprd-run-as-group': '2000' } as const;
    expect(daprd('1.14.2', {}, settings)['securityContext']).not.to.have.property('runAsUser');
    expect(daprd('1.14.3', {}, settings)['securityContext']).to.include({ runAsUser: 1000, runAsGroup: 2000 });
  });

  it('reminders can skip their migration from 1.16.2 to the end of 1.16', () => {
    const has = (version: string): boolean =>
      variableOf(daprd(version, {}, { 'skip-reminder-migration': 'true' }), 'DAPR_SKIP_REMINDER_MIGRATION') !==
      undefined;
    expect(['1.16.1', '1.16.2', '1.16.19', '1.17.0'].map(has)).to.deep.equal([false, true, true, false]);
  });
});

describe('the version of an image', () => {
  const cases: readonly (readonly [image: string, version: string | undefined])[] = [
    ['ghcr.io/dapr/daprd:1.18.1', '1.18.1'],
    ['daprd:v1.17', '1.17.0'],
    ['localhost:5000/dapr/daprd:1.16.5-mariner', '1.16.5'],
    ['daprd:1.18.0-rc.3', '1.18.0'],
    ['daprd:1.15.2@sha256:abc', '1.15.2'],
    ['daprd@sha256:abc', undefined],
    ['localhost:5000/daprd', undefined],
    ['daprd:latest', undefined],
    ['daprd:edge', undefined],
    ['daprd', undefined],
    ['', undefined],
  ];
  for (const [image, version] of cases)
    it(`versionOfImage("${image}") is ${version}`, () =>
      expect(versionOfImage(image)).to.deep.equal(version === undefined ? undefined : versionOf(version)));

  it('isAtLeast() compares numbers, not texts', () => {
    expect(isAtLeast(versionOf('1.16.18'), '1.16.2')).to.equal(true);
    expect(isAtLeast(versionOf('1.9.9'), '1.16.2')).to.equal(false);
    expect(isAtLeast(versionOf('2.0.0'), '1.16.2')).to.equal(true);
  });

  it('neededVersion() names the first of the same branch, or the next one', () => {
    const needed = (version: string) => neededVersion('dapr.io/app-binding-options-timeout', versionOf(version));
    expect(['1.14.0', '1.16.5', '1.17.3', '1.18.1', '1.18.3'].map(needed)).to.deep.equal([
      '1.16.18',
      '1.16.18',
      '1.17.12',
      '1.18.3',
      undefined,
    ]);
  });

  it('the tag decides, and --dapr-version where it says nothing', () => {
    const pod = (image: string): string =>
      `apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n  annotations:\n    dapr.io/enabled: "true"\n    dapr.io/sidecar-image: "${image}"\nspec:\n  containers:\n    - name: app\n      image: app\n`;
    const flags = { 'trust-anchors': 'configMap:bundle', 'dapr-version': '1.16.5' };
    expect(inject(pod('daprd:1.18.1'), flags).outputs[0]).to.include('"--scheduler-host-address"');
    expect(inject(pod('daprd:edge'), flags).outputs[0]).to.include('"DAPR_SCHEDULER_HOST_ADDRESS_DNS_A"');
  });
});
