import { CoreV1Api, PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import { expect } from 'chai';
import { telling } from '../support/repeat-alone.ts';
import { ofThisRun } from '../support/run-name.ts';
import { Authorities, type KeyPair } from './certificates.ts';
import { labConfig, Namespace, statusesOf } from './cluster.ts';
import { daprNamespace } from './dapr.ts';
import { Equipment } from './equipment.ts';
import { subscribed } from './messages.ts';
import { Observation, quietMs } from './observation.ts';
import { kubectl } from './parts.ts';
import type { Release } from './release.ts';

const bundle = { name: 'dapr-trust-bundle', namespace: daprNamespace };
const mergePatch = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);
/** What gives certificates, and what has one. */
const controlPlane = [
  'deployment/dapr-sentry',
  'deployment/dapr-operator',
  'deployment/dapr-sidecar-injector',
  'statefulset/dapr-placement-server',
];
const schedulers = 'statefulset/dapr-scheduler-server';

/**
 * As a platform team changes the root of all certificates: trust both, then sign with the new one, then trust only it.
 * The facts that daps renders with are captured again when the roots change, and the app is rolled out with them.
 */
describe('trust anchors that are rotated under load', function () {
  this.timeout(1_200_000);
  const app = ofThisRun('rotation');
  const namespace = new Namespace(app);
  const core = () => labConfig().makeApiClient(CoreV1Api);
  let equipment: Equipment;
  let release: Release;
  let oldRoot: string;
  let root: KeyPair;
  let issuer: KeyPair;

  before(async () => {
    equipment = await Equipment.open();
    const { helm, ledger } = equipment;
    oldRoot = (await core().readNamespacedConfigMap(bundle)).data?.['ca.crt'] ?? '';
    const authorities = new Authorities(helm.bench);
    root = authorities.root('new-root');
    issuer = authorities.issuer('new-issuer', 'new-root');
    await namespace.create();
    const env = { LEDGER_URL: ledger.url, TOPIC: app, WORK_MS: '500' };
    const values = { replicas: 2, env, state: true };
    release = await equipment.install({ name: app, namespace: app, column: 'daps inline', values });
    await namespace.rolledOut(app);
    await subscribed(app, 2);
  });
  after(async () => {
    await namespace.delete();
    await equipment?.close();
  });

  /** Sentry makes an authority of its own when the ConfigMap is not as the Secret (pkg/sentry/server/ca/kube.go, 1.18.1). */
  const change = async (files: Readonly<Record<string, string>>): Promise<void> => {
    await core().patchNamespacedSecret({ ...bundle, body: { stringData: files } }, mergePatch);
    const { 'ca.crt': roots } = files;
    if (roots !== undefined)
      await core().patchNamespacedConfigMap({ ...bundle, body: { data: { 'ca.crt': roots } } }, mergePatch);
    const inDapr = ['--namespace', daprNamespace, '--timeout', '120s'];
    for (const workload of controlPlane) await kubectl('rollout', 'restart', workload, '--namespace', daprNamespace);
    // The lab's schedulers keep their database in memory: one that comes back alone would not find its own again.
    await kubectl('scale', schedulers, '--replicas', '0', ...inDapr);
    await kubectl('wait', 'pod', '--for', 'delete', '--selector', 'app=dapr-scheduler-server', ...inDapr);
    await kubectl('scale', schedulers, '--replicas', '3', ...inDapr);
    for (const workload of [...controlPlane, schedulers]) await kubectl('rollout', 'status', workload, ...inDapr);
  };

  const underLoad = (test: Mocha.Runnable | undefined, load: string, act: () => Promise<void>): Promise<void> =>
    telling(test, async (tell) => {
      const observation = await Observation.begin(equipment, namespace, { app, load, perSecond: 10 });
      await observation.begun(10);
      await act();
      await observation.begun(10);
      const { ledger, evidence } = await observation.end(quietMs, () => namespace.gone(app));
      tell(() => evidence);
      const { lost, doubled, cut } = ledger;
      expect({ lost, doubled, cut }).to.deep.equal({ lost: [], doubled: [], cut: [] });
    });

  const rollOut = async (revision: string): Promise<void> => {
    await release.apply({ revision });
    await namespace.rolledOut(app);
  };

  afterEach('no container has failed, and what daprd asks of the control plane is answered', async () => {
    const pods = await namespace.readyPods(app);
    expect(pods).to.have.length(2);
    for (const pod of pods) {
      expect(statusesOf(pod).map(({ restartCount }) => restartCount)).to.deep.equal([0, 0, 0]);
      expect((await fetch(`http://${pod.status?.podIP}:8080/state`)).status).to.equal(200);
    }
  });

  it('a second root: daps capture --check tells, the app is rolled out trusting both', function () {
    return underLoad(this.test, 'rotation-second', async () => {
      await change({ 'ca.crt': `${oldRoot}${root.certificate}` });
      expect(await equipment.helm.drift()).to.include('trustAnchors');
      await equipment.helm.captureFacts();
      expect(await equipment.helm.drift()).to.equal(undefined);
      await rollOut('2');
    });
  });

  it("sentry signs by the new root: the pods go on, and new ones get the new root's certificates", function () {
    return underLoad(this.test, 'rotation-issuer', async () => {
      await change({ 'issuer.crt': issuer.certificate, 'issuer.key': issuer.key });
      await namespace.restart(app);
      await namespace.rolledOut(app);
    });
  });

  it('the old root is removed, and nobody misses it', function () {
    return underLoad(this.test, 'rotation-first-removed', async () => {
      await change({ 'ca.crt': root.certificate });
      await equipment.helm.captureFacts();
      await rollOut('3');
    });
  });

  it('the new root is all that is trusted', async () => {
    const { data } = await core().readNamespacedConfigMap(bundle);
    expect(data?.['ca.crt']).to.equal(root.certificate);
    const { data: secret } = await core().readNamespacedSecret(bundle);
    expect(Buffer.from(secret?.['issuer.crt'] ?? '', 'base64').toString()).to.equal(issuer.certificate);
  });
});
