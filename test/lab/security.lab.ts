import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { V1Container, V1Pod, V1PodSpec } from '@kubernetes/client-node';
import { expect } from 'chai';
import { parse, stringify } from 'yaml';
import { readFixtures } from '../support/cli/golden.ts';
import { eventually } from '../support/eventually.ts';
import { leaveOut } from '../support/left-out.ts';
import { containersOf, isRestricted, type SecuredPod, userOf } from '../support/pod/pod-security.ts';
import { isAskedFor } from '../support/repeat-alone.ts';
import { isFull, sampleOf, sampleSeed } from '../support/sample.ts';
import { Slots } from '../support/slots.ts';
import { clusterMs, Namespace, statusesOf, userInContainer } from './cluster.ts';
import { daprNamespace } from './dapr.ts';
import { LedgerServer } from './ledger-server.ts';
import { kubectl } from './parts.ts';
import { imageNames, places } from './places.ts';
import { Helm } from './release.ts';

type Manifest = V1Pod & { readonly spec: V1PodSpec };

/** Needs a profile in the node's kernel, which may have no AppArmor. */
const needKernel = ['security-apparmor-localhost'];

/** The pods of the goldens, each once: what their settings say, the injector says here. */
const contexts = new Map(
  readFixtures('inject')
    .filter(({ name }) => name.startsWith('security-') && !needKernel.includes(name))
    .map(({ name, input }) => [input, name.replace(/^security-/, '')] as const),
);

/** The profiles that the pods name, by their paths below the kubelet's folder for them. */
const seccompProfiles = ['profiles/web.json', 'setup.json'];
const injector = 'deployment/dapr-sidecar-injector';
/** The user of the sidecar's image, and the one that the injector gives daprd. */
const user = 65532;

const port = 8080;

const daprds = ['injector', 'inline'] as const;

interface Case {
  readonly context: string;
  /** The pod's manifest. */
  readonly input: string;
  readonly daprd: (typeof daprds)[number];
}

const cases: readonly Case[] = [...contexts].flatMap(([input, context]) =>
  daprds.map((daprd) => ({ context, input, daprd })),
);
/** In a sample every context is there, and either daprd. */
const chosen = sampleOf({
  items: cases,
  nameOf: ({ context, daprd }) => `${context}, ${daprd}`,
  kindsOf: ({ context, daprd }) => [context, `daprd by ${daprd}`],
});
const titleOf = ({ context, daprd }: Case): string =>
  `${context}: Ready with daprd by ${daprd === 'inline' ? 'daps' : "Dapr's injector"}`;

const suite = 'a pod of every security context';

describe(suite, function () {
  this.timeout(600_000);
  /** A few pods start at a time. */
  const starts = new Slots(5);
  const begun = new Map<Case, ReturnType<typeof play>>();
  const namespaces = { open: new Namespace('security'), restricted: new Namespace('security-restricted') };
  const ledger = new LedgerServer();
  let helm: Helm;

  /** Gives the injector variables; `NAME-` takes one away. */
  const tellInjector = async (...variables: readonly string[]): Promise<void> => {
    const inDapr = ['--namespace', daprNamespace];
    await kubectl('set', 'env', injector, ...inDapr, ...variables);
    await kubectl('rollout', 'status', injector, ...inDapr, '--timeout', '120s');
  };

  before(async () => {
    helm = await Helm.open(4);
    await ledger.start();
    for (const namespace of Object.values(namespaces)) await namespace.create();
    const enforce = 'pod-security.kubernetes.io/enforce=restricted';
    await kubectl('label', 'namespace', namespaces.restricted.name, enforce);
    for (const profile of seccompProfiles) {
      const file = join(places.kubelet.root, 'seccomp', profile);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, JSON.stringify({ defaultAction: 'SCMP_ACT_ALLOW' }));
    }
    // As the chart's defaults make it, daprd itself is refused in pods that run as root, and by "restricted".
    await tellInjector(`SIDECAR_RUN_AS_USER=${user}`, 'SIDECAR_DROP_ALL_CAPABILITIES=true');
    await helm.facts();
    for (const one of chosen.filter((each) => isAskedFor(`${suite} ${titleOf(each)}`))) {
      const played = starts.run(() => play(one));
      played.catch(() => undefined); // told where it is awaited
      begun.set(one, played);
    }
    if (!isFull)
      leaveOut(`${cases.length - chosen.length} of ${cases.length} pods with a security context; sample ${sampleSeed}`);
  });
  after(async () => {
    await tellInjector('SIDECAR_RUN_AS_USER-', 'SIDECAR_DROP_ALL_CAPABILITIES=false');
    for (const namespace of Object.values(namespaces)) await namespace.delete();
    ledger.stop();
    helm?.dispose();
  });

  /** A container that the lab has an image of; each listens on another port, an init container ends. */
  const playable = (container: V1Container, index: number, isOnce: boolean): V1Container => {
    const env = { NAME: container.name, LEDGER_URL: ledger.url, PORT: port + index, ...(isOnce ? { ONCE: 1 } : {}) };
    return {
      ...container,
      image: imageNames.app,
      imagePullPolicy: 'Never',
      args: ['/apps/witness.mjs'],
      env: Object.entries(env).map(([name, value]) => ({ name, value: String(value) })),
    };
  };

  const playablePod = ({ metadata, spec, ...rest }: Manifest, name: string, daprd: string) => ({
    ...rest,
    metadata: {
      name,
      labels: { app: name },
      annotations: { ...metadata?.annotations, 'dapr.io/app-id': name, 'daps.io/daprd': daprd },
    },
    spec: {
      ...spec,
      initContainers: (spec.initContainers ?? []).map((one, index) => playable(one, index, true)),
      containers: spec.containers.map((one, index) => playable(one, index, false)),
    },
  });

  const inject = async (pod: object, name: string, namespace: Namespace): Promise<string> => {
    const manifest = helm.bench.write(`${name}.yaml`, stringify(pod));
    const facts = await helm.facts();
    return (await helm.daps('inject', '--config', facts, '--namespace', namespace.name, manifest)).stdout;
  };

  const states = (pods: readonly V1Pod[]): string =>
    JSON.stringify(
      pods.flatMap(statusesOf).map(({ name, state }) => ({ [name]: state })),
      null,
      2,
    );

  /** Starts a pod and gives the users of its sidecar: the one it has, and the one it is to have. */
  const play = async ({
    context,
    input,
    daprd,
  }: Case): Promise<{ readonly actual: number; readonly meant: number }> => {
    const namespace = isRestricted(parse(input) as SecuredPod) ? namespaces.restricted : namespaces.open;
    const name = `${context}-${daprd}`;
    const injected = await inject(playablePod(parse(input) as Manifest, name, daprd), name, namespace);
    const file = helm.bench.write(`${name}-injected.yaml`, injected);
    await kubectl('apply', '--namespace', namespace.name, '--filename', file);
    try {
      await eventually(`${name} is Ready`, async () => (await namespace.readyPods(name)).length === 1, clusterMs);
    } catch (thrown) {
      throw new Error(states(await namespace.pods(name)), { cause: thrown });
    }
    const [pod] = await namespace.readyPods(name);
    const written = parse(injected) as SecuredPod;
    const daps = containersOf(written).find((container) => container.name === 'daps');
    if (pod === undefined || daps === undefined) throw new Error(`no pod, or no sidecar:\n${injected}`);
    const actual = await userInContainer(pod, 'daps');
    await namespace.deletePod(name);
    return { actual, meant: userOf(written, daps, user) };
  };

  for (const one of chosen)
    it(titleOf(one), async () => {
      const { actual, meant } = await (begun.get(one) ?? play(one));
      expect(actual, 'the user of the sidecar').to.equal(meant);
    });
});
