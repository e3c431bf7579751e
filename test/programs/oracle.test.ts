import { expect } from 'chai';
import { createTwoFilesPatch } from 'diff';
import fc from 'fast-check';
import { controlPlaneFacts } from '../../cli/core/capture/control-plane.ts';
import { daprdParts } from '../../cli/core/dapr/daprd-parts.ts';
import { parseVersion } from '../../cli/core/dapr/version.ts';
import { isError } from '../../cli/core/diagnostic.ts';
import type { MapValue } from '../../cli/core/manifest/model/value.ts';
import { clusterFacts } from '../../cli/core/settings/cluster-facts.ts';
import { inject } from '../support/cli/daps.ts';
import { at, type Json, type JsonMap } from '../support/cli/kube-objects.ts';
import { injectorEnvironment, renderDaprChart } from '../support/dapr/chart.ts';
import { askInjector, comparable, coreValue, type OracleRequest, plain } from '../support/dapr/oracle.ts';
import { type AnnotationSet, combinations, pairs, singles } from '../support/manifests/annotations.ts';
import { isFull, runsOf, sampleOf, seedFor } from '../support/sample.ts';
import { needsTools } from '../support/tools.ts';

const seed = seedFor('annotations');
const trustAnchors = '-----BEGIN CERTIFICATE-----\nbm90IGEgY2VydGlmaWNhdGU=\n-----END CERTIFICATE-----\n';

/** Pairs of annotations: all of them, or a sample that has every annotation. */
const somePairs = sampleOf({
  items: pairs,
  nameOf: (pair) => JSON.stringify(pair),
  kindsOf: (pair) => Object.keys(pair),
  atLeast: 400,
});

type Tool = 'injector' | 'injector-1.16';
const versions: readonly (readonly [Tool, string])[] = [
  ['injector', '1.18.1'],
  ['injector-1.16', '1.16.5'],
];

/** As at admission: the API server has added the service account's volume. */
const spec: JsonMap = {
  containers: [
    { name: 'app', image: 'app', env: [{ name: 'DAPR_GRPC_PORT', value: 'mine' }, { name: 'B' }] },
    { name: 'store', image: 'store', volumeMounts: [{ name: 'data', mountPath: '/a/mounted/path' }] },
  ],
  volumes: [
    { name: 'data', emptyDir: {} },
    { name: 'logs', emptyDir: {} },
    { name: 'kube-api-access', projected: {} },
  ],
};

const podOf = (annotations: AnnotationSet, podSpec: JsonMap = spec): JsonMap => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: 'web-0',
    labels: { app: 'web', 'dapr.io/app-id': 'old' },
    annotations: {
      'dapr.io/enabled': 'true',
      ...Object.fromEntries(Object.entries(annotations).map(([name, value]) => [`dapr.io/${name}`, value])),
    },
  },
  spec: podSpec,
});

/** One pod for both: what Dapr's injector is asked, and the settings that say the same to daps. */
interface Case {
  readonly request: OracleRequest;
  readonly flags: Readonly<Record<string, string>>;
}

const caseOf = (version: string, annotations: AnnotationSet, podSpec?: JsonMap): Case => ({
  request: { namespace: 'shop', trustAnchors, pod: podOf(annotations, podSpec) },
  flags: { 'dapr-version': version },
});

const annotationsOf = (pod: JsonMap): Readonly<Record<string, string>> =>
  at(pod, 'metadata', 'annotations') as Readonly<Record<string, string>>;

/** The parts alone, of any annotations: also of those that `inject` refuses. */
const fromParts = ({ request, flags }: Case): JsonMap => {
  const { pod } = request;
  const podSpec = pod['spec'] as JsonMap;
  const version = parseVersion(flags['dapr-version'] ?? '');
  if (version === undefined) throw new Error('a case without a version');
  const parts = daprdParts({
    annotations: new Map(Object.entries(annotationsOf(pod))),
    spec: coreValue(podSpec) as MapValue,
    name: 'web-0',
    cluster: clusterFacts((name) => flags[name]),
    version,
    anchors: { kind: 'pem', pem: trustAnchors },
    components: [],
    place: { behind: 0, isWaitedFor: false },
  });
  const listIn = (map: JsonMap, key: string): readonly Json[] => (map[key] ?? []) as readonly Json[];
  const containers = (podSpec['containers'] as readonly JsonMap[]).map((container, index) => ({
    ...container,
    env: [...(plain(parts.containers[index]?.env ?? []) as Json[]), ...listIn(container, 'env')],
    volumeMounts: [
      ...(plain(parts.containers[index]?.volumeMounts ?? []) as Json[]),
      ...listIn(container, 'volumeMounts'),
    ],
  }));
  return {
    metadata: { labels: { ...(at(pod, 'metadata', 'labels') as JsonMap), ...parts.labels } },
    spec: {
      containers,
      initContainers: plain(parts.sidecars),
      volumes: [...(plain(parts.volumes) as Json[]), ...listIn(podSpec, 'volumes')],
    },
  };
};

/** The whole way, text in and text out; undefined where daps refuses. */
const fromInject = ({ request, flags }: Case): JsonMap | undefined => {
  const documents = [request.pod, ...(request.components ?? [])].map((object) => JSON.stringify(object));
  const { outputs, diagnostics } = inject(documents.join('\n'), { 'trust-anchors': 'configMap:bundle', ...flags });
  return diagnostics.some(isError) ? undefined : (JSON.parse((outputs[0] ?? '').split('\n')[0] ?? '') as JsonMap);
};

const gracefulSeconds = 'dapr.io/graceful-shutdown-seconds';
const steering = [
  'dapr.io/app-port',
  'dapr.io/app-protocol',
  'dapr.io/app-ssl',
  'dapr.io/app-channel-address',
  gracefulSeconds,
];

/** The pod as Dapr would have been given it: the user's, with the annotations that daps steers daprd by. */
const steered = (pod: JsonMap, injected: JsonMap): JsonMap => {
  const after = annotationsOf(injected);
  const before = annotationsOf(pod);
  const changed = Object.keys(after).filter((name) => after[name] !== before[name] && name !== 'daps.io/status');
  expect(changed.filter((name) => !steering.includes(name))).to.deep.equal([]);
  if (changed.length > 0) expect(after['dapr.io/app-port']).to.equal('9696');
  if (changed.includes(gracefulSeconds)) expect(after[gracefulSeconds]).to.equal('24');
  const annotations = { ...before, ...Object.fromEntries(changed.map((name) => [name, after[name] ?? ''])) };
  return { ...pod, metadata: { ...(pod['metadata'] as JsonMap), annotations } };
};

const sorted = (value: unknown): string =>
  JSON.stringify(
    value,
    (_, item: unknown) =>
      typeof item === 'object' && item !== null && !Array.isArray(item)
        ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
        : item,
    1,
  );

/** Where daps speaks TLS to the app, the app is told what it speaks itself. */
const withoutProtocol = (text: string): string => text.replaceAll(/"name": "APP_PROTOCOL",\s+"value": "\w+"/g, '');
/** Where the bundle is in a ConfigMap, Dapr still has the text. */
const withoutAnchors = (text: string): string =>
  text.replaceAll(/"name": "DAPR_TRUST_ANCHORS",\s+("value": "[^"]+"|"valueFrom": \{[^{}]+\{[^{}]+\}\s+\})/g, '');

const compared = new Map<string, number>();

const compare = async (
  tool: Tool,
  cases: readonly Case[],
  make: (one: Case) => JsonMap | undefined,
): Promise<number> => {
  const made = cases.flatMap((one) => {
    const pod = make(one);
    return pod === undefined ? [] : [{ one, pod }];
  });
  const isWhole = make === fromInject;
  const requests = made.map(({ one, pod }) =>
    isWhole ? { ...one.request, pod: steered(one.request.pod, pod) } : one.request,
  );
  const answers = await askInjector(tool, requests);
  const wrong: string[] = [];
  for (const [index, { one, pod }] of made.entries()) {
    const answer = answers[index];
    const annotations = JSON.stringify(annotationsOf(one.request.pod));
    if (answer === undefined || 'error' in answer) {
      wrong.push(`${annotations}: ${answer?.error}`);
      continue;
    }
    const [theirs, ours] = [answer.pod, pod].map((side) => {
      const text = sorted(comparable(side, one.request.pod));
      return isWhole ? withoutAnchors(withoutProtocol(text)) : text;
    });
    if (theirs !== ours) wrong.push(`${annotations}\n${createTwoFilesPatch('Dapr', 'daps', theirs ?? '', ours ?? '')}`);
  }
  if (wrong.length > 0)
    throw new Error(`${wrong.length} of ${made.length} pods differ (seed ${seed}):\n${wrong.slice(0, 5).join('\n')}`);
  compared.set(tool, (compared.get(tool) ?? 0) + made.length);
  return made.length;
};

/** Values of Dapr's chart that reach a sidecar, each with something else than its default. */
const chartValues: readonly Readonly<Record<string, string>>[] = [
  {},
  { 'dapr_sidecar_injector.image.name': 'registry.example/daprd:VERSION-mariner' },
  { 'global.registry': 'registry.example/dapr' },
  ...['Always', 'Never', 'Sometimes'].map((value) => ({ 'dapr_sidecar_injector.sidecarImagePullPolicy': value })),
  { 'global.mtls.enabled': 'false' },
  { 'global.mtls.controlPlaneTrustDomain': 'example.org' },
  { 'dapr_sidecar_injector.kubeClusterDomain': 'example.internal' },
  { 'global.actors.enabled': 'false' },
  { 'global.actors.serviceName': 'scheduler' },
  { 'global.reminders.serviceName': 'scheduler' },
  { 'global.reminders.skipMigration': 'true' },
  { 'global.scheduler.enabled': 'false' },
  { 'dapr_sidecar_injector.sidecarRunAsNonRoot': 'false' },
  { 'dapr_sidecar_injector.sidecarRunAsUser': '1000', 'dapr_sidecar_injector.sidecarRunAsGroup': '2000' },
  { 'dapr_sidecar_injector.sidecarReadOnlyRootFilesystem': 'false' },
  { 'dapr_sidecar_injector.sidecarDropALLCapabilities': 'true' },
  { 'dapr_sidecar_injector.enableK8sDownwardAPIs': 'true' },
  {
    'dapr_sidecar_injector.ignoreEntrypointTolerations':
      '[{"key":"aws","effect":"NoSchedule"},{"key":"k","operator":"Equal","value":"v"}]',
  },
  { 'dapr_sidecar_injector.extraEnvVars.DAPR_COMPONENT_SOCKETS_FOLDER': '/from/the/chart' },
];

const tolerating = (tolerations: readonly JsonMap[]): JsonMap => ({ ...spec, tolerations });

/** Pods in which each of those values shows. */
const podsForCharts: readonly (readonly [AnnotationSet, JsonMap])[] = [
  [{ 'app-id': 'shop' }, spec],
  [{ 'app-id': 'shop', 'app-port': '8080', 'pluggable-components': 'store', env: 'SSL_CERT_DIR=/certs' }, spec],
  [{ 'app-id': 'shop', 'enable-debug': 'true' }, tolerating([{ key: 'aws', effect: 'NoSchedule' }])],
  [{ 'app-id': 'shop' }, tolerating([{ key: 'k', operator: 'Equal', value: 'v' }])],
  [{ 'app-id': 'shop' }, tolerating([{ key: 'aws', effect: 'NoSchedule', tolerationSeconds: 5 }])],
  [{ 'app-id': 'shop', 'placement-host-address': 'p:1', 'scheduler-host-address': 's:2' }, spec],
];

const container = (fields: JsonMap): string => JSON.stringify(fields);
const component = (name: string, containerText: string, scopes: readonly string[] = []): JsonMap => ({
  apiVersion: 'dapr.io/v1alpha1',
  kind: 'Component',
  metadata: { name, annotations: { 'dapr.io/component-container': containerText } },
  spec: { type: 'state.x', version: 'v1', metadata: [] },
  scopes,
});

/** Components as the API server lists them, by name. */
const componentLists: readonly (readonly JsonMap[])[] = [
  [],
  [component('a', container({ image: 'x:1' }))],
  [component('a', container({ image: 'x:1', name: 'own', args: ['--a'], env: [{ name: 'A', value: 'b' }] }))],
  [component('a', container({ image: 'x:1' }), ['shop']), component('b', container({ image: 'y:1' }), ['bills'])],
  [component('a', container({ image: 'x:1' })), component('b', container({ image: 'x:1' }))],
  [component('a', container({ image: 'x:1', volumeMounts: [{ name: 'new', mountPath: '/n' }] }))],
  [component('a', container({ image: 'x:1', volumeMounts: [{ name: 'data', mountPath: '/d' }] }))],
  [component('a', 'no JSON'), component('b', container({ image: 'y:1' }))],
];

for (const [tool, version] of versions) {
  describe(`daprd inline and Dapr's injector ${version}`, function () {
    this.timeout(300_000);
    before(function () {
      needsTools(this, tool, 'helm3');
    });
    after(() => {
      const count = compared.get(tool) ?? 0;
      if (count > 0) process.stdout.write(`    ${count} pods compared with Dapr ${version}, seed ${seed}\n`);
    });

    const random = fc.sample(combinations, { seed, numRuns: runsOf('DAPS_ORACLE_RUNS', 800, 10_000) });
    const asked = (sets: readonly AnnotationSet[]): readonly Case[] => sets.map((set) => caseOf(version, set));

    it('every annotation alone, with every value', async () => {
      await compare(tool, asked(singles), fromParts);
    });
    it('all pairs of annotations', async () => {
      await compare(tool, asked(somePairs), fromParts);
    });
    it('random combinations', async () => {
      await compare(tool, asked(random), fromParts);
    });

    it('the same through inject, where it takes them', async () => {
      const sets = [...singles, ...(isFull ? pairs.filter((_, index) => index % 5 === 0) : somePairs)].map((set) => ({
        'app-id': 'shop',
        'app-port': '8080',
        ...set,
      }));
      const container = { 'daps.io/container': 'app' };
      const cases = asked(sets).map(({ request, flags }) => ({
        request: {
          ...request,
          pod: {
            ...request.pod,
            metadata: {
              ...(request.pod['metadata'] as JsonMap),
              annotations: { ...annotationsOf(request.pod), ...container },
            },
          },
        },
        flags,
      }));
      expect(await compare(tool, cases, fromInject)).to.be.greaterThan(600);
    });

    it('every value of the chart, captured from what Helm renders', async () => {
      const cases: Case[] = [];
      for (const values of chartValues) {
        const named = Object.fromEntries(
          Object.entries(values).map(([name, value]) => [name, value.replace('VERSION', version)]),
        );
        for (const namespace of Object.keys(values).length === 0 ? ['dapr-system', 'elsewhere'] : ['dapr-system']) {
          const objects = await renderDaprChart(tool, version, named, namespace);
          const chart = injectorEnvironment(objects, namespace);
          const facts = controlPlaneFacts({ ...chart.controlPlane, trustBundle: trustAnchors });
          const flags = Object.fromEntries(facts.map(({ name, text }) => [name, text] as const));
          const { 'trust-anchors': _, ...others } = flags;
          for (const [annotations, podSpec] of podsForCharts) {
            const plainCase = caseOf(version, annotations, podSpec);
            cases.push({
              request: { ...plainCase.request, ...chart.request },
              flags: { ...others, container: 'app' },
            });
          }
        }
      }
      expect(await compare(tool, cases, fromInject)).to.equal(cases.length);
    });

    it('Components that bring a container', async () => {
      const cases = componentLists.flatMap((components) =>
        ['true', 'false'].flatMap((isOn) =>
          [{}, { 'pluggable-components': 'store' }, { 'pluggable-components-sockets-folder': '/s' }].map(
            (more): Case => {
              const { request, flags } = caseOf(version, {
                'app-id': 'shop',
                'inject-pluggable-components': isOn,
                ...more,
              });
              return { request: { ...request, components }, flags };
            },
          ),
        ),
      );
      expect(await compare(tool, cases, fromInject)).to.equal(cases.length);
    });
  });
}
