import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { renamedAnnotations } from '../../cli/core/dapr/annotation-names.ts';
import { injected } from '../support/cli/daps.ts';
import { at, isInjected, type Json, type JsonMap, nameOf, templateOf } from '../support/cli/kube-objects.ts';
import { readSources, root } from '../support/sources.ts';
import { openTempFolder } from '../support/temp-folder.ts';
import { checkWithApiServer, injectWithDapr, needsTools, readObjects, toolPath } from '../support/tools.ts';

interface Variant {
  readonly kind?: 'Deployment' | 'Pod' | 'Job' | 'CronJob' | 'StatefulSet';
  readonly annotations?: Readonly<Record<string, string>>;
  /** Fields of the app container. */
  readonly app?: JsonMap;
  /** Fields of the pod spec. */
  readonly spec?: JsonMap;
  readonly more?: readonly JsonMap[];
}

/** Every way to be Dapr-enabled that changes what daps or Dapr's injector writes. */
const variants: Readonly<Record<string, Variant>> = {
  'nothing but a port': {},
  'a Pod': { kind: 'Pod' },
  'a StatefulSet': { kind: 'StatefulSet' },
  'a Job': { kind: 'Job' },
  'a CronJob': { kind: 'CronJob' },
  https: { annotations: { 'dapr.io/app-protocol': 'https' } },
  grpc: { annotations: { 'dapr.io/app-protocol': 'grpc' } },
  grpcs: { annotations: { 'dapr.io/app-protocol': 'grpcs' } },
  h2c: { annotations: { 'dapr.io/app-protocol': 'h2c' } },
  'app-ssl, the old way to say https': { annotations: { 'dapr.io/app-ssl': 'true' } },
  'app-ssl with grpc': { annotations: { 'dapr.io/app-ssl': 'true', 'dapr.io/app-protocol': 'grpc' } },
  'a protocol in capitals': { annotations: { 'dapr.io/app-protocol': 'GRPC' } },
  'an app on another address': { annotations: { 'dapr.io/app-channel-address': '127.0.0.2' } },
  'an app health check': {
    annotations: {
      'dapr.io/enable-app-health-check': 'true',
      'dapr.io/app-health-check-path': '/h',
      'dapr.io/app-health-probe-interval': '3',
    },
  },
  'unix sockets': { annotations: { 'dapr.io/unix-domain-socket-path': '/sockets' } },
  'unix sockets, and a volume of that name': {
    annotations: { 'dapr.io/unix-domain-socket-path': '/sockets' },
    spec: { volumes: [{ name: 'dapr-unix-domain-socket', emptyDir: {} }] },
  },
  'an API token': { annotations: { 'dapr.io/api-token-secret': 'token', 'dapr.io/app-token-secret': 'app-token' } },
  'other ports': {
    annotations: {
      'dapr.io/grpc-port': '51001',
      'dapr.io/metrics-port': '9191',
      'dapr.io/internal-grpc-port': '51002',
    },
  },
  debugging: {
    annotations: { 'dapr.io/enable-debug': 'true', 'dapr.io/debug-port': '41000', 'dapr.io/enable-profiling': 'true' },
  },
  'limits and a timeout': {
    annotations: {
      'dapr.io/app-max-concurrency': '4',
      'dapr.io/graceful-shutdown-seconds': '10',
      'dapr.io/sidecar-memory-limit': '512Mi',
    },
  },
  'volumes for daprd': {
    annotations: { 'dapr.io/volume-mounts': 'v:/v', 'dapr.io/env': 'A=b,C=d' },
    spec: { volumes: [{ name: 'v', emptyDir: {} }] },
  },
  'a pluggable component': {
    annotations: { 'dapr.io/pluggable-components': 'store' },
    more: [{ name: 'store', image: 'store' }],
  },
  'init containers and native sidecars': {
    spec: {
      initContainers: [
        { name: 'mesh', image: 'mesh', restartPolicy: 'Always' },
        { name: 'first', image: 'first' },
      ],
    },
  },
  'probes and hooks by port name': {
    app: {
      ports: [{ name: 'http', containerPort: 8080 }],
      readinessProbe: { httpGet: { path: '/ready', port: 'http', httpHeaders: [{ name: 'A', value: 'b' }] } },
      lifecycle: { postStart: { exec: { command: ['true'] } }, preStop: { httpGet: { path: '/bye', port: 'http' } } },
    },
  },
  'a preStop that sleeps': { app: { lifecycle: { preStop: { sleep: { seconds: 3 } } } } },
  'a preStop that executes': { app: { lifecycle: { preStop: { exec: { command: ['sleep', '1'] } } } } },
  'a long grace period': {
    annotations: { 'daps.io/grace-period': '90s' },
    spec: { terminationGracePeriodSeconds: 45 },
  },
  'every setting': {
    annotations: {
      'daps.io/ready-path': '/ready',
      'daps.io/busy-path': '/busy',
      'daps.io/cpu-limit': '1',
      'daps.io/image-pull-policy': 'Always',
      'daps.io/log-level': 'debug',
    },
  },
  'a strict security context': {
    spec: {
      securityContext: { runAsNonRoot: true, fsGroup: 1000, seccompProfile: { type: 'RuntimeDefault' } },
      automountServiceAccountToken: false,
    },
  },
  'another container with a port of the same number': {
    app: { ports: [{ containerPort: 8080 }] },
    more: [{ name: 'log', image: 'log', ports: [{ containerPort: 9090 }] }],
  },
};

const manifestOf = ({ kind = 'Deployment', annotations, app, spec, more }: Variant): JsonMap => {
  const metadata = {
    labels: { app: 'x' },
    annotations: { 'dapr.io/enabled': 'true', 'dapr.io/app-id': 'shop', 'dapr.io/app-port': '8080', ...annotations },
  };
  const isJob = kind === 'Job' || kind === 'CronJob';
  const pod = {
    ...(isJob ? { restartPolicy: 'Never' } : {}),
    ...spec,
    containers: [{ name: 'app', image: 'app', ...app }, ...(more ?? [])],
  };
  const template = { metadata, spec: pod };
  const own = { metadata: { name: 'x' } };
  const selected = { selector: { matchLabels: { app: 'x' } }, template };
  switch (kind) {
    case 'Pod':
      return { apiVersion: 'v1', kind, metadata: { ...own.metadata, ...metadata }, spec: pod };
    case 'Job':
      return { apiVersion: 'batch/v1', kind, ...own, spec: { template } };
    case 'CronJob':
      return {
        apiVersion: 'batch/v1',
        kind,
        ...own,
        spec: { schedule: '0 0 * * *', jobTemplate: { spec: { template } } },
      };
    case 'StatefulSet':
      return { apiVersion: 'apps/v1', kind, ...own, spec: { serviceName: 'x', ...selected } };
    case 'Deployment':
      return { apiVersion: 'apps/v1', kind, ...own, spec: selected };
  }
};

const podOf = (object: JsonMap): JsonMap => {
  const template = templateOf(object);
  const metadata = { ...(at(template, 'metadata') as JsonMap), name: 'x-1', namespace: 'shop' };
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: at(template, 'spec') ?? {} };
};

/** The pod as it would be without daps, but with daprd in the same place. */
const withNativeDaprd = (pod: JsonMap): JsonMap => {
  const metadata = pod['metadata'] as JsonMap;
  const annotations = { ...(metadata['annotations'] as JsonMap), 'dapr.io/enable-native-sidecar': 'true' };
  return { ...pod, metadata: { ...metadata, annotations } };
};

const initContainers = (pod: JsonMap): readonly JsonMap[] =>
  (at(pod, 'spec', 'initContainers') ?? []) as readonly JsonMap[];
const daprdOf = (pod: JsonMap): JsonMap => initContainers(pod).find((container) => container['name'] === 'daprd') ?? {};
const annotation = (object: JsonMap, name: string): Json | undefined =>
  at(templateOf(object), 'metadata', 'annotations', name);

/** daprd's arguments, a flag and its value together. */
const flagsOf = (daprd: JsonMap): ReadonlyMap<string, string> => {
  const args = (daprd['args'] ?? []) as readonly string[];
  return new Map(
    args.flatMap((arg, index) => {
      const next = args[index + 1];
      return arg.startsWith('-') ? [[arg, next === undefined || next.startsWith('-') ? '' : next] as const] : [];
    }),
  );
};

const steered: Readonly<Record<string, string>> = {
  http: 'http',
  https: 'http',
  grpc: 'grpc',
  grpcs: 'grpc',
  h2c: 'h2c',
};

const protocolOf = (object: JsonMap): string => {
  const protocol = String(annotation(object, 'dapr.io/app-protocol') ?? 'http').toLowerCase();
  return steered[protocol] ?? protocol;
};

/** The same problem stands elsewhere in the list when daps has put a container or volume in front. */
const withoutIndex = (problem: string): string => problem.replaceAll(/\[\d+\]/g, '[]');

interface Case {
  readonly name: string;
  readonly before: JsonMap;
  readonly after: JsonMap;
}

/** Where daps has said APP_PROTOCOL first, Dapr adds the rest behind it; the order of variables is free. */
const sortedEnv = (env: Json | undefined): readonly Json[] =>
  [...((env ?? []) as readonly JsonMap[])].sort((a, b) => String(a['name']).localeCompare(String(b['name'])));

describe("Dapr's injector and the API server, after daps", function () {
  this.timeout(90_000);
  const folder = openTempFolder();
  const cases: Case[] = [];
  const files: { readonly name: string; readonly before: string; readonly after: string }[] = [];
  before(async function () {
    needsTools(this, 'objects', 'apicheck', 'injector');
    const texts = Object.entries(variants).map(
      ([name, variant]) => [name, JSON.stringify(manifestOf(variant))] as const,
    );
    const example = readFileSync(join(root, 'fixtures/example/rendered.yaml'), 'utf8');
    const all = [...texts, ['the example', example] as const];
    for (const [index, [name, text]] of all.entries()) {
      files.push({
        name,
        before: folder.write(`${index}-before.yaml`, text),
        after: folder.write(`${index}-after.yaml`, injected(text)),
      });
    }
    const read = await readObjects(files.flatMap(({ before, after }) => [before, after]));
    for (const { name, before, after } of files) {
      const [was, is] = [read.get(before), read.get(after)];
      if (was === undefined || is === undefined || 'error' in was || 'error' in is)
        throw new Error(`${name} cannot be read`);
      for (const [at, object] of is.objects.entries())
        if (isInjected(object as JsonMap))
          cases.push({
            name: `${name}: ${nameOf(object as JsonMap)}`,
            before: was.objects[at] as JsonMap,
            after: object as JsonMap,
          });
    }
    expect(cases.length).to.equal(texts.length + 3);
  });
  after(() => folder.remove());

  for (const how of ['create', 'apply'] as const) {
    it(`${how}: the API server has nothing against a manifest that it did not have before`, async () => {
      const verdicts = await checkWithApiServer(
        files.flatMap(({ before, after }) => [before, after]),
        how,
      );
      for (const { name, before, after } of files) {
        const known = (verdicts.get(before) ?? []).map(withoutIndex);
        const found = (verdicts.get(after) ?? ['no verdict']).map(withoutIndex);
        expect(
          found.filter((problem) => !known.includes(problem)),
          name,
        ).to.deep.equal([]);
      }
    });
  }

  const dapred = (which: (object: Case) => JsonMap): Promise<JsonMap[]> =>
    injectWithDapr(cases.map((one) => ({ namespace: 'shop', pod: which(one) }))) as Promise<JsonMap[]>;
  const withDaps = () => dapred(({ after }) => podOf(after));
  const withoutDaps = () => dapred(({ before }) => withNativeDaprd(podOf(before)));

  it('daprd comes last of the init containers, the daps sidecar first', async () => {
    for (const [index, pod] of (await withDaps()).entries()) {
      const names = initContainers(pod).map((container) => container['name']);
      expect(names.at(0), cases[index]?.name).to.equal('daps');
      expect(names.at(-1), cases[index]?.name).to.equal('daprd');
      expect(daprdOf(pod)['restartPolicy'], cases[index]?.name).to.equal('Always');
    }
  });

  it('daprd calls the daps sidecar, in plain text, and is otherwise the same', async () => {
    const [steeredPods, plainPods] = [await withDaps(), await withoutDaps()];
    for (const [index, { name, before }] of cases.entries()) {
      const flags = flagsOf(daprdOf(steeredPods[index] ?? {}));
      expect(flags.get('--app-port'), name).to.equal('9696');
      expect(flags.get('--app-protocol')?.toLowerCase(), name).to.equal(protocolOf(before));
      expect(flags.get('--app-channel-address') ?? '127.0.0.1', name).to.be.oneOf(['127.0.0.1', 'localhost']);
      expect(flags.has('--app-ssl'), name).to.equal(false);
      const others = (all: ReadonlyMap<string, string>): readonly (readonly [string, string])[] =>
        [...all].filter(
          ([flag]) => !['--app-port', '--app-protocol', '--app-channel-address', '--app-ssl'].includes(flag),
        );
      expect(others(flags), name).to.deep.equal(others(flagsOf(daprdOf(plainPods[index] ?? {}))));
    }
  });

  it('the app containers get from Dapr what they would get without daps', async () => {
    const [steeredPods, plainPods] = [await withDaps(), await withoutDaps()];
    for (const [index, { name }] of cases.entries()) {
      const appsOf = (pod: JsonMap | undefined): readonly Json[] =>
        ((at(pod, 'spec', 'containers') ?? []) as readonly JsonMap[]).map(({ lifecycle: _, ...container }) => ({
          ...container,
          env: sortedEnv(container['env']),
        }));
      expect(appsOf(steeredPods[index]), name).to.deep.equal(appsOf(plainPods[index]));
    }
  });

  it('the pod that Dapr makes of it can be created, too', async () => {
    const write = (when: string, pods: readonly JsonMap[]): readonly string[] =>
      pods.map((pod, index) => folder.write(`dapr-${index}-${when}.json`, JSON.stringify(pod)));
    const [before, after] = [write('before', await withoutDaps()), write('after', await withDaps())];
    const verdicts = await checkWithApiServer([...before, ...after], 'apply');
    for (const [index, { name }] of cases.entries()) {
      const known = (verdicts.get(before[index] ?? '') ?? []).map(withoutIndex);
      const found = (verdicts.get(after[index] ?? '') ?? ['no verdict']).map(withoutIndex);
      expect(
        found.filter((problem) => !known.includes(problem)),
        name,
      ).to.deep.equal([]);
    }
  });

  it('the daps sidecar can reach the sockets and the token of daprd', async () => {
    for (const [index, pod] of (await withDaps()).entries()) {
      const name = cases[index]?.name;
      const [daps] = initContainers(pod);
      const environment = new Map(
        ((daps?.['env'] ?? []) as readonly JsonMap[]).map((variable) => [variable['name'], variable]),
      );
      const mounts = (container: JsonMap | undefined): ReadonlyMap<Json | undefined, Json | undefined> =>
        new Map(
          ((container?.['volumeMounts'] ?? []) as readonly JsonMap[]).map((mount) => [
            mount['name'],
            mount['mountPath'],
          ]),
        );
      const socket = flagsOf(daprdOf(pod)).get('--unix-domain-socket');
      expect(at(environment.get('DAPS_DAPRD_SOCKET_FOLDER'), 'value'), name).to.equal(socket);
      expect(mounts(daps).get('dapr-unix-domain-socket'), name).to.equal(
        mounts(daprdOf(pod)).get('dapr-unix-domain-socket'),
      );
      const grpcPort = flagsOf(daprdOf(pod)).get('--dapr-grpc-port');
      expect(at(environment.get('DAPS_DAPRD_GRPC_PORT'), 'value'), name).to.equal(grpcPort);
      const token = ((daprdOf(pod)['env'] ?? []) as readonly JsonMap[]).find(
        (variable) => variable['name'] === 'DAPR_API_TOKEN',
      );
      expect(at(environment.get('DAPS_DAPRD_API_TOKEN'), 'valueFrom', 'secretKeyRef'), name).to.deep.equal(
        at(token, 'valueFrom', 'secretKeyRef'),
      );
    }
  });

  it('every annotation of Dapr that daps names is one of the injector', () => {
    const known = JSON.parse(
      execFileSync(toolPath('injector') ?? '', ['-annotations'], { encoding: 'utf8' }),
    ) as readonly string[];
    const named = readSources('cli').flatMap(({ text }) => [
      ...[...text.matchAll(/\bdapr\.io\/([a-z][a-z-]+)/g)].map(([name]) => name),
      ...[...text.matchAll(/\breader\.\w+\('([a-z-]+)'/g)].map(([, name]) => `dapr.io/${name}`),
    ]);
    const renamed = Object.keys(renamedAnnotations).map((name) => `dapr.io/${name}`);
    const others = [...renamed, 'dapr.io/sidecar-injected', 'dapr.io/metrics-enabled', 'dapr.io/sentrytoken'];
    const since1183 = ['dapr.io/app-binding-options-timeout'];
    expect(named.length).to.be.greaterThan(60);
    expect([...new Set(named)].filter((name) => ![...known, ...others, ...since1183].includes(name))).to.deep.equal([]);
  });
});
