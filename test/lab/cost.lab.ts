import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { parseAllDocuments } from 'yaml';
import { eventually } from '../support/eventually.ts';
import { ofThisRun } from '../support/run-name.ts';
import { isFull } from '../support/sample.ts';
import { clusterMs, Namespace, statusInContainer } from './cluster.ts';
import { kubectl } from './parts.ts';
import { imageNames } from './places.ts';
import { Helm } from './release.ts';

const counts = isFull ? [1, 10, 50] : [1, 10];
/** What an idle sidecar may take of its own, and what a node may need for one more. */
const mostPrivateMb = 20;
const mostOfNodeMb = 40;
const mb = (kb: number): number => kb / 1024;

const fieldMb = (text: string, name: string): number =>
  mb(Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? Number.NaN));

const availableMb = (): number => fieldMb(readFileSync('/proc/meminfo', 'utf8'), 'MemAvailable');

/** What the node has, once it changes by less than a sidecar's tenth between two looks. */
const settledMb = async (): Promise<number> => {
  let last = Number.NaN;
  let now = Number.NaN;
  const isSettled = (): boolean => {
    [last, now] = [now, availableMb()];
    return Math.abs(now - last) < 2;
  };
  await eventually("the node's memory has settled", isSettled, clusterMs);
  return now;
};

interface Cost {
  readonly count: number;
  /** Of one sidecar's process: pages that nobody shares, and pages of files, which all sidecars of a node share. */
  readonly anonMb: number;
  readonly fileMb: number;
  /** What the node has less, for each sidecar with its app and its sandbox. */
  readonly nodeMb: number;
}

const row = ({ count, anonMb, fileMb, nodeMb }: Cost): string =>
  `| ${count} | ${anonMb.toFixed(1)} MB | ${fileMb.toFixed(1)} MB | ${nodeMb.toFixed(1)} MB |`;

const average = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length;

/** A pod of a sidecar beside an app that never comes: idle, without daprd, which costs what it costs without daps. */
const manifest = (app: string, image: string): string => `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${app}}
spec:
  replicas: 0
  selector: {matchLabels: {app: ${app}}}
  template:
    metadata:
      labels: {app: ${app}}
      annotations: {dapr.io/enabled: "true", dapr.io/app-id: ${app}, dapr.io/app-port: "8080"}
    spec:
      terminationGracePeriodSeconds: 1
      containers: [{name: app, image: "${image}", imagePullPolicy: Never}]
`;

/** The sidecar that daps injects there, as the only container of its pods. */
const sidecarAlone = (injected: string): string => {
  const deployment = parseAllDocuments(injected)[0]?.toJS();
  const { spec, metadata } = deployment.spec.template;
  const daps = spec.initContainers.find(({ name }: { readonly name: string }) => name === 'daps');
  const { restartPolicy: _, lifecycle: __, ...container } = daps;
  deployment.spec.template = {
    metadata: { labels: metadata.labels },
    spec: { terminationGracePeriodSeconds: 1, containers: [{ ...container, imagePullPolicy: 'Never' }] },
  };
  return JSON.stringify(deployment);
};

describe('what sidecars cost a node', function () {
  this.timeout(600_000);
  const app = ofThisRun('cost');
  const namespace = new Namespace(app);
  const costs: Cost[] = [];
  let helm: Helm;

  before(async () => {
    helm = await Helm.open(4);
    await namespace.create();
    const plain = helm.bench.write('cost.yaml', manifest(app, imageNames.app));
    const { stdout } = await helm.daps('inject', plain);
    const file = helm.bench.write('cost-injected.json', sidecarAlone(stdout));
    await kubectl('apply', '--namespace', namespace.name, '--filename', file);
  });
  after(async () => {
    await namespace.delete();
    helm.dispose();
    process.stderr.write(
      `\n| sidecars | private, each | shared, each | of the node, each |\n| --- | --- | --- | --- |\n`,
    );
    process.stderr.write(`${costs.map(row).join('\n')}\n`);
  });

  for (const count of counts)
    it(`${count}: what each takes of its own, and of the node`, async () => {
      await namespace.scale(app, 0);
      await eventually('no sidecar is there', async () => (await namespace.pods(app)).length === 0, clusterMs);
      const before = await settledMb();
      await namespace.scale(app, count);
      await namespace.rolledOut(app);
      const after = await settledMb();
      const pods = await namespace.pods(app);
      const told = await Promise.all(pods.map((pod) => statusInContainer(pod, 'daps')));
      const each = (name: string): number => average(told.map((text) => fieldMb(text, name)));
      const cost: Cost = {
        count,
        anonMb: each('RssAnon'),
        fileMb: each('RssFile'),
        nodeMb: (before - after) / count,
      };
      costs.push(cost);
      expect(told).to.have.length(count);
      expect(cost.anonMb).to.be.below(mostPrivateMb);
      // One sidecar pays for the pages that all share, and for what else the node does in that time.
      if (count > 1) expect(cost.nodeMb).to.be.below(mostOfNodeMb);
    });
});
