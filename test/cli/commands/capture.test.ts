import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { runProgram } from '../../../cli/program.ts';
import { processShell } from '../../../cli/shell/process-shell.ts';
import { type ApiServer, exampleRights, startApiServer } from '../../support/cli/api-server.ts';
import { inject } from '../../support/cli/daps.ts';
import type { JsonMap } from '../../support/cli/kube-objects.ts';
import { root } from '../../support/sources.ts';

const pem = readFileSync(join(root, 'fixtures/certificates/root.pem'), 'utf8');
const expired = readFileSync(join(root, 'fixtures/certificates/expired.pem'), 'utf8');

const deployment = (
  namespace: string,
  app: string,
  image: string,
  env: Readonly<Record<string, string>> = {},
): JsonMap => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: app, namespace, labels: { app } },
  spec: {
    template: {
      spec: {
        containers: [
          {
            name: app,
            image,
            args: ['--log-level', 'info', '--scheduler-enabled=true'],
            env: [
              ...Object.entries(env).map(([name, value]) => ({ name, value })),
              { name: 'NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
            ],
          },
        ],
      },
    },
  },
});

const injectorVariables = {
  SIDECAR_IMAGE: 'ghcr.io/dapr/daprd:1.18.1',
  SIDECAR_IMAGE_PULL_POLICY: 'IfNotPresent',
  KUBE_CLUSTER_DOMAIN: 'cluster.local',
  DAPR_CONTROL_PLANE_TRUST_DOMAIN: 'example.org',
  SIDECAR_DROP_ALL_CAPABILITIES: 'true',
  IGNORE_ENTRYPOINT_TOLERATIONS: '[{\\"key\\":\\"aws\\"}]',
  ACTORS_ENABLED: 'true',
  ACTORS_SERVICE_NAME: 'placement',
  ACTORS_SERVICE_ADDRESS: 'dapr-placement-server:50005',
};

/** A control plane, and a Secret that nobody may ask for. */
const daprIn = (namespace: string, bundle: string = pem): readonly JsonMap[] => [
  deployment(namespace, 'dapr-sidecar-injector', 'ghcr.io/dapr/injector:1.18.1', injectorVariables),
  deployment(namespace, 'dapr-sentry', 'ghcr.io/dapr/sentry:1.18.1'),
  {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'dapr-trust-bundle', namespace },
    data: { 'ca.crt': bundle },
  },
  {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'dapr-trust-bundle', namespace },
    data: { 'issuer.key': 'a2V5' },
  },
  {
    apiVersion: 'dapr.io/v1alpha1',
    kind: 'Configuration',
    metadata: { name: 'daprsystem', namespace },
    spec: { mtls: { enabled: false } },
  },
  {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'dapr-scheduler-server', namespace },
    spec: { replicas: 3 },
  },
];

interface Captured {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

describe('daps capture', () => {
  let folder = '';
  let server: ApiServer | undefined;
  const settingsFile = (): string => join(folder, '.daps.yaml');
  const settingsText = (): string => readFileSync(settingsFile(), 'utf8');

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'daps-capture-'));
  });
  afterEach(async () => {
    await server?.close();
    server = undefined;
    rmSync(folder, { recursive: true });
  });

  const kubeconfig = (url: string): string => {
    const path = join(folder, 'kubeconfig');
    const cluster = { server: url, 'insecure-skip-tls-verify': true };
    writeFileSync(
      path,
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Config',
        clusters: [{ name: 'here', cluster }],
        users: [{ name: 'me', user: { token: 'mine' } }],
        contexts: [
          { name: 'one', context: { cluster: 'here', user: 'me' } },
          { name: 'gone', context: { cluster: 'nowhere', user: 'me' } },
        ],
        'current-context': 'one',
      }),
    );
    return path;
  };

  const serve = async (objects: readonly JsonMap[], isAllowed?: (url: URL) => boolean): Promise<ApiServer> => {
    server = await startApiServer(objects, isAllowed);
    return server;
  };

  const capture = async (...args: readonly string[]): Promise<Captured> => {
    let [stdout, stderr] = ['', ''];
    const shell = {
      ...processShell('0.0.0-test', '', undefined),
      folder,
      writeStdout: (text: string) => {
        stdout += text;
      },
      writeStderr: (text: string) => {
        stderr += text;
      },
      now: () => Date.parse('2026-11-21T00:00:00Z'),
    };
    const code = await runProgram(shell, ['capture', '--output', settingsFile(), ...args]);
    return { code, stdout, stderr };
  };
  const captureFrom = (from: ApiServer, ...args: readonly string[]): Promise<Captured> =>
    capture('--kubeconfig', kubeconfig(from.url), ...args);

  it('writes each fact with where it was read', async () => {
    const { code, stdout, stderr } = await captureFrom(await serve(daprIn('dapr')));
    expect({ code, stdout, stderr }).to.deep.equal({
      code: 0,
      stdout: '',
      stderr: `daps: 14 facts of the cluster are in ${settingsFile()}\n`,
    });
    expect(
      settingsText(),
    ).to.equal(`# daps capture: what follows, up to the end mark, is written anew by every "daps capture".
# /version: v1.34.4
kubeVersion: "1.34"
# the tag of ghcr.io/dapr/daprd:1.18.1
daprVersion: "1.18.1"
# the control plane's Deployments
controlPlaneNamespace: "dapr"
# the injector's variable KUBE_CLUSTER_DOMAIN
clusterDomain: "cluster.local"
# the injector's variable DAPR_CONTROL_PLANE_TRUST_DOMAIN
trustDomain: "example.org"
# Configuration dapr/daprsystem
mtls: "false"
# the injector's variable ACTORS_ENABLED
actors: "true"
# the injector's variable ACTORS_SERVICE_NAME
actorsService: "placement:dapr-placement-server:50005"
# the injector's argument --scheduler-enabled
scheduler: "true"
# StatefulSet dapr/dapr-scheduler-server
schedulerReplicas: "3"
# the injector's variable SIDECAR_IMAGE
daprdImage: "ghcr.io/dapr/daprd:1.18.1"
# the injector's variable SIDECAR_IMAGE_PULL_POLICY
daprdImagePullPolicy: "IfNotPresent"
# the injector's variable SIDECAR_DROP_ALL_CAPABILITIES
daprdDropAllCapabilities: "true"
# ConfigMap dapr/dapr-trust-bundle, key ca.crt
trustAnchors: |
${pem.trimEnd().replaceAll(/^/gm, '  ')}
# daps capture: end
`);
  });

  it('what it writes is what inject needs, unchanged', async () => {
    await captureFrom(await serve(daprIn('dapr')));
    const pod = readFileSync(join(root, 'fixtures/inject/kind-pod/input.yaml'), 'utf8');
    const { outputs, diagnostics } = inject(pod, {}, settingsText());
    expect(diagnostics).to.deep.equal([]);
    expect(outputs[0]).to.include('spiffe://example.org/ns/dapr/dapr-sentry');
    expect(outputs[0]).to.include('"ghcr.io/dapr/daprd:1.18.1"');
    expect(outputs[0]).not.to.include('--enable-mtls');
  });

  it('asks only for what the example roles allow: no Secret, nothing but GET', async () => {
    const both = await serve(daprIn('dapr-system'), exampleRights(['Role', 'ClusterRole']));
    expect((await captureFrom(both)).code).to.equal(0);
    expect(both.asked).to.deep.equal([
      'GET /version',
      'GET /apis/apps/v1/deployments',
      'GET /api/v1/namespaces/dapr-system/configmaps/dapr-trust-bundle',
      'GET /apis/dapr.io/v1alpha1/namespaces/dapr-system/configurations/daprsystem',
      'GET /apis/apps/v1/namespaces/dapr-system/statefulsets/dapr-scheduler-server',
    ]);
    expect(both.asked.join()).not.to.match(/secret/i);
  });

  it('finds Dapr in dapr-system where it may not look anywhere else', async () => {
    const narrow = await serve(daprIn('dapr-system'), exampleRights(['Role']));
    expect((await captureFrom(narrow)).code).to.equal(0);
    expect((await captureFrom(narrow, '--namespace', 'dapr-system')).code).to.equal(0);
  });

  it("reads a control plane without an injector from sentry's Deployment", async () => {
    const objects = daprIn('dapr').filter(({ metadata }) => (metadata as JsonMap)['name'] !== 'dapr-sidecar-injector');
    const { code, stderr } = await captureFrom(await serve(objects));
    expect(code).to.equal(0);
    expect(settingsText()).to.include('# the tag of ghcr.io/dapr/sentry:1.18.1\ndaprVersion: "1.18.1"');
    expect(stderr).to.include('warning[unknown-cluster-fact]: what clusterDomain is');
  });

  it("keeps the user's own settings around it, and replaces what it wrote before", async () => {
    const from = await serve(daprIn('dapr'));
    writeFileSync(settingsFile(), '# ours\nreadyPath: /healthz');
    await captureFrom(from);
    const first = settingsText();
    expect(first).to.match(/^# ours\nreadyPath: \/healthz\n# daps capture: what follows/);
    writeFileSync(settingsFile(), `${first}busyPath: /busy\n`);
    await captureFrom(from);
    expect(settingsText()).to.equal(`${first}busyPath: /busy\n`);
  });

  it('refuses a file that sets a captured key itself, and leaves it alone', async () => {
    writeFileSync(settingsFile(), 'trustAnchors: ca.crt\n');
    const { code, stderr } = await captureFrom(await serve(daprIn('dapr')));
    expect(code).to.equal(2);
    expect(stderr).to.include('error[captured-key-taken]');
    expect(stderr).to.include('sets trustAnchors outside of what daps wrote there');
    expect(settingsText()).to.equal('trustAnchors: ca.crt\n');
  });

  it('--output=- prints, and writes no file', async () => {
    const { code, stdout } = await captureFrom(await serve(daprIn('dapr')), '--output', '-');
    expect(code).to.equal(0);
    expect(stdout).to.include('daprVersion: "1.18.1"');
    expect(existsSync(settingsFile())).to.equal(false);
  });

  describe('--check', () => {
    const check = (from: ApiServer): Promise<Captured> => captureFrom(from, '--check');

    it('is content with what was captured, and with the same roots in another order', async () => {
      await captureFrom(await serve(daprIn('dapr', pem + expired)));
      await server?.close();
      const { code, stderr } = await check(await serve(daprIn('dapr', expired + pem)));
      expect(code).to.equal(0);
      expect(stderr).to.include(`daps: ${settingsFile()} says what the cluster says`);
    });

    it('tells every difference, writes nothing and exits 1', async () => {
      await captureFrom(await serve(daprIn('dapr')));
      const before = settingsText()
        .replace('mtls: "false"', 'mtls: "true"')
        .replace('kubeVersion: "1.34"', 'kubeVersion: "1.33"');
      writeFileSync(settingsFile(), before);
      await server?.close();
      const { code, stdout, stderr } = await check(await serve(daprIn('dapr', expired)));
      expect(code).to.equal(1);
      expect(stdout).to.equal('');
      const lines = stderr.split('\n').filter((line) => line.includes('cluster-drift'));
      expect(lines).to.deep.equal([
        'warning[cluster-drift]: kubeVersion is 1.33 in the file, and the cluster has 1.34. Run "daps capture", and render again.',
        'warning[cluster-drift]: mtls is true in the file, and the cluster has false. Run "daps capture", and render again.',
        'warning[cluster-drift]: trustAnchors is another bundle in the file, and the cluster has ConfigMap dapr/dapr-trust-bundle, key ca.crt. Run "daps capture", and render again.',
      ]);
      expect(settingsText()).to.equal(before);
    });

    it('takes what is left to a ConfigMap for right', async () => {
      await captureFrom(await serve(daprIn('dapr')));
      const text = settingsText().replace(
        /trustAnchors: \|\n( {2}.*\n)+/,
        'trustAnchors: {configMap: dapr-trust-bundle}\n',
      );
      writeFileSync(settingsFile(), text);
      expect((await check(server as ApiServer)).code).to.equal(0);
    });

    it('needs a file', async () => {
      const { code, stderr } = await check(await serve(daprIn('dapr')));
      expect(code).to.equal(2);
      expect(stderr).to.include('error[unreadable-file]');
    });
  });

  describe('what can go wrong', () => {
    const expectError = async (
      captured: Promise<Captured>,
      code: string,
      ...words: readonly string[]
    ): Promise<void> => {
      const { code: exit, stdout, stderr } = await captured;
      expect({ exit, stdout }).to.deep.equal({ exit: 2, stdout: '' });
      expect(stderr).to.include(`error[${code}]`);
      for (const word of words) expect(stderr).to.include(word);
      expect(existsSync(settingsFile())).to.equal(false);
    };

    it('no server', async () => {
      const path = kubeconfig('http://127.0.0.1:1');
      await expectError(capture('--kubeconfig', path), 'no-cluster-access', 'ECONNREFUSED', 'kubectl version');
    });

    it('no kubeconfig, no such context, a context without a cluster', async () => {
      await expectError(capture('--kubeconfig', join(folder, 'none')), 'no-cluster-access', 'ENOENT');
      const path = kubeconfig('http://127.0.0.1:1');
      await expectError(
        capture('--kubeconfig', path, '--context', 'two'),
        'no-cluster-access',
        '"two" (contexts: one, gone)',
      );
      await expectError(capture('--kubeconfig', path, '--context', 'gone'), 'no-cluster-access', 'names no cluster');
    });

    it('no Dapr, here or in a namespace', async () => {
      await expectError(captureFrom(await serve([])), 'no-dapr', 'dapr status -k');
      await expectError(captureFrom(server as ApiServer, '--namespace', 'shop'), 'no-dapr', 'namespace shop');
    });

    it('several Daprs', async () => {
      const from = await serve([...daprIn('dapr-b'), ...daprIn('dapr-a')]);
      await expectError(captureFrom(from), 'several-daprs', 'dapr-a, dapr-b', '--namespace=dapr-a');
      expect((await captureFrom(from, '--namespace', 'dapr-b')).code).to.equal(0);
    });

    it('no right to read', async () => {
      const from = await serve(daprIn('dapr'), (url) => !url.pathname.includes('configmaps'));
      await expectError(
        captureFrom(from),
        'cluster-access-denied',
        'ConfigMap dapr/dapr-trust-bundle',
        'capture-rbac.yaml',
      );
    });

    it('a trust bundle that is empty, or holds a key', async () => {
      await expectError(captureFrom(await serve(daprIn('dapr', ''))), 'no-trust-bundle', 'rollout status -n dapr');
      await server?.close();
      const key = '-----BEGIN PRIVATE KEY-----\na2V5\n-----END PRIVATE KEY-----\n';
      await expectError(captureFrom(await serve(daprIn('dapr', pem + key))), 'invalid-trust-anchors', 'private key');
    });
  });

  it('the built bundle has it too', async () => {
    const from = await serve(daprIn('dapr'));
    const args = [join(root, 'dist/daps.mjs'), 'capture', '--kubeconfig', kubeconfig(from.url), '--output', '-'];
    const own = Object.entries(process.env).filter(([name]) => !name.startsWith('DAPS_'));
    const { stdout } = await execa(process.execPath, args, {
      env: Object.fromEntries(own),
      extendEnv: false,
      cwd: folder,
    });
    expect(stdout).to.include('trustDomain: "example.org"');
  });
});
