import { expect } from 'chai';
import { blameOf, formatDiagnostic } from '../../../cli/core/diagnostic.ts';
import { parseQuantity } from '../../../cli/core/settings/quantity.ts';
import { resolveRunSettings, type SettingSources } from '../../../cli/core/settings/resolve-run.ts';
import { workloadSettings } from '../../../cli/core/settings/workload-settings.ts';
import { formatDuration, parseDurationMs } from '../../../proxy/contract/duration.ts';
import { inject, injected } from '../../support/cli/daps.ts';

describe('parseDurationMs()', () => {
  const cases: readonly (readonly [string, number | undefined])[] = [
    ['5s', 5000],
    ['1m30s', 90_000],
    ['500ms', 500],
    ['1.5s', 1500],
    ['1h', 3_600_000],
    ['0', 0],
    ['0s', 0],
    ['5', undefined],
    ['', undefined],
    ['-5s', undefined],
    ['5 s', undefined],
    ['5S', undefined],
    ['1d', undefined],
  ];
  for (const [text, expected] of cases)
    it(`reads "${text}" as ${expected}`, () => expect(parseDurationMs(text)).to.equal(expected));
  it('reads back what formatDuration writes', () => {
    for (const durationMs of [0, 1, 999, 1000, 1500, 60_000, 90_000, 3_661_001]) {
      expect(parseDurationMs(formatDuration(durationMs))).to.equal(durationMs);
    }
  });
});

describe('parseQuantity()', () => {
  const billion = 10n ** 9n;
  const cases: readonly (readonly [string, bigint | undefined])[] = [
    ['0', 0n],
    ['1', billion],
    ['007', 7n * billion],
    ['1.5', 1_500_000_000n],
    ['.5', 500_000_000n],
    ['5.', 5n * billion],
    ['20m', 20_000_000n],
    ['1u', 1000n],
    ['1n', 1n],
    ['0.1n', 1n],
    ['0.0n', 0n],
    ['1k', 1000n * billion],
    ['1M', 10n ** 15n],
    ['1G', 10n ** 18n],
    ['1T', 10n ** 21n],
    ['1P', 10n ** 24n],
    ['1E', 10n ** 27n],
    ['64Mi', 64n * 2n ** 20n * billion],
    ['1.5Ki', 1536n * billion],
    ['1Gi', 2n ** 30n * billion],
    ['1Ei', 2n ** 60n * billion],
    ['1e3', 1000n * billion],
    ['1E3', 1000n * billion],
    ['1e+3', 1000n * billion],
    ['5e-1', 500_000_000n],
    ['1e-400', 1n],
    ['1e999999999999', 10n ** 60n],
    ...[
      '',
      '.',
      'Mi',
      '.m',
      '1e',
      '-1',
      '+1',
      ' 1',
      '1 Mi',
      '1mi',
      '1ki',
      '1K',
      '64MB',
      '1.1.1',
      '1e1.5',
      '1Mie3',
      '0x10',
    ].map((text) => [text, undefined] as const),
  ];
  for (const [text, expected] of cases)
    it(`reads "${text}" as ${expected}`, () => expect(parseQuantity(text)).to.equal(expected));
});

describe('settings', () => {
  it('every default is a value the setting takes', () => {
    for (const { name, type, fallback } of workloadSettings) {
      if (fallback !== undefined) expect(type.check(fallback), name).to.equal(undefined);
    }
  });

  const sources: SettingSources = { flags: new Map(), functionConfig: undefined, environment: {}, file: undefined };
  const chosen = (given: Partial<SettingSources>): string | undefined => {
    const resolved = resolveRunSettings({ ...sources, ...given });
    return resolved.ok ? resolved.value.base.get('ready-path')?.text : resolved.error.map(formatDiagnostic).join('\n');
  };
  const flags = new Map([['ready-path', '/flag']]);
  const environment = { DAPS_READY_PATH: '/variable' };
  const file = { path: '.daps.yaml', text: 'readyPath: /file\n' };

  it('a flag wins over a variable, a variable over the file', () => {
    expect(chosen({ flags, environment, file })).to.equal('/flag');
    expect(chosen({ environment, file })).to.equal('/variable');
    expect(chosen({ file })).to.equal('/file');
    expect(chosen({})).to.equal(undefined);
  });

  const wrong: readonly (readonly [string, Partial<SettingSources>, string])[] = [
    [
      'an unknown variable',
      { environment: { DAPS_REDY_PATH: '/x' } },
      'error[unknown-setting]: there is no setting DAPS_REDY_PATH. Did you mean DAPS_READY_PATH?',
    ],
    [
      'an unknown key',
      { file: { path: '.daps.yaml', text: 'readypath: /x' } },
      '.daps.yaml:1:1: error[unknown-setting]: there is no setting readypath (.daps.yaml). Did you mean readyPath?',
    ],
    [
      'a value that cannot be',
      { flags: new Map([['ready-path', 'health']]) },
      'error[invalid-setting]: --ready-path is "health"; it must start with "/" and hold no spaces. Write "/health".',
    ],
    [
      'a mode of later versions',
      { flags: new Map([['mode', 'standalone']]) },
      'error[not-in-this-version]: --mode is "standalone", which is not in this version of daps. Write "sidecar", or remove it.',
    ],
    [
      'an old Kubernetes',
      { flags: new Map([['kube-version', 'v1.28.3']]) },
      'error[kube-version-too-old]: Kubernetes v1.28.3 has no native sidecars: the daps init container would never end. Upgrade to 1.29 or later, or drop --kube-version if it is wrong.',
    ],
    [
      'a file that is a list',
      { file: { path: '.daps.yaml', text: '- a' } },
      '.daps.yaml:1:1: error[malformed-config]: .daps.yaml cannot be read as settings: it is not a map of settings. Write settings as in "readyPath: /healthz", one a line; the README lists them.',
    ],
  ];
  for (const [name, given, message] of wrong) it(`reports ${name}`, () => expect(chosen(given)).to.equal(message));

  it('leaves alone what Kubernetes sets for a Service called daps', () => {
    expect(
      chosen({
        environment: { DAPS_SERVICE_HOST: '10.0.0.1', DAPS_PORT_9697_TCP_PROTO: 'tcp', DAPS_SERVICE_PORT: '1' },
      }),
    ).to.equal(undefined);
  });

  const pod = (annotations: string) =>
    `apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\n  annotations:\n    dapr.io/enabled: "true"\n    dapr.io/app-port: "80"\n${annotations}spec:\n  containers:\n    - name: app\n`;

  it('an unknown annotation is never said to be one that is there', () => {
    const [found] = inject(pod('    daps.io/replay: "3"\n    daps.io/replays: "3"\n')).diagnostics;
    expect(found === undefined ? '' : formatDiagnostic(found)).to.match(/annotation daps\.io\/replay\. "daps inject/);
  });

  it('an annotation wins over a flag', () => {
    expect(injected(pod('    daps.io/ready-path: /annotation\n'), { 'ready-path': '/flag' })).to.include(
      'http://127.0.0.1:80/annotation',
    );
    expect(injected(pod(''), { 'ready-path': '/flag' })).to.include('http://127.0.0.1:80/flag');
  });

  it('inline daprd without trust anchors is an error of settings, not of the manifest', () => {
    const { diagnostics } = inject(pod('    daps.io/daprd: inline\n'));
    expect(diagnostics.map(({ problem }) => problem.code)).to.deep.equal(['no-trust-anchors']);
    expect(blameOf(diagnostics)).to.equal('settings');
  });
});
