import { join } from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { parseAllDocuments } from 'yaml';
import { manifestOf } from '../support/cli/rule-pages.ts';
import { markOfThisRun } from '../support/orphans.ts';
import { giveBackPorts, takePort } from '../support/pod/own-ports.ts';
import { openTempFolder } from '../support/temp-folder.ts';
import { needsTools, toolPath } from '../support/tools.ts';

/** What a real daprd says of the bad manifest of a rule's page. It says nothing of the good one, and starts. */
interface Row {
  readonly rule: string;
  readonly says: RegExp;
}

/** The rules of severity error that a daprd by itself can show. */
const rows: readonly Row[] = [
  { rule: 'probe-timeout-above-interval', says: /health-probe-timeout.*must be smaller than.*health-probe-interval/ },
  { rule: 'unknown-init-endpoint', says: /invalid value for .?disable-init-endpoints/ },
  { rule: 'two-actor-state-stores', says: /detected duplicate actor state store/ },
  { rule: 'rabbitmq-prefetch-too-high', says: /prefetchCount|PrefetchCount/ },
];

/** Annotations of a pod template and the flags that Dapr's injector makes of them. */
const flags: Readonly<Record<string, string>> = {
  'dapr.io/app-health-check-path': '--app-health-check-path',
  'dapr.io/app-health-probe-interval': '--app-health-probe-interval',
  'dapr.io/app-health-probe-timeout': '--app-health-probe-timeout',
  'dapr.io/app-health-threshold': '--app-health-threshold',
  'dapr.io/disable-init-endpoints': '--disable-init-endpoints',
};

type Json = { readonly [key: string]: Json } & {
  readonly kind?: string;
  readonly spec?: { readonly type?: string; readonly metadata?: readonly { readonly name: string }[] } & Json;
};

const objectsOf = (rule: string, heading: 'Bad' | 'Good'): readonly Json[] =>
  parseAllDocuments(manifestOf(rule, heading)).map((document) => document.toJS() as Json);

/** A store that needs no server, with what the rule is about. */
const withoutServer = (component: Json): object => {
  if (component.spec?.type?.startsWith('state.') !== true) return component;
  const metadata = (component.spec.metadata ?? []).filter(({ name }) => name === 'actorStateStore');
  return { ...component, spec: { ...component.spec, type: 'state.in-memory', metadata } };
};

const annotationsOf = (objects: readonly Json[]): Readonly<Record<string, string>> =>
  Object.assign(
    {},
    ...objects.map(
      (object) =>
        (object as { spec?: { template?: { metadata?: { annotations?: object } } } }).spec?.template?.metadata
          ?.annotations ?? {},
    ),
  ) as Readonly<Record<string, string>>;

/** Where a daprd is at work, it is ended; the actors' part of it needs the address of a placement service. */
const atWork = /All outstanding components processed/;

/** What a daprd says with some objects: until it ends by itself, or, where it `mayStart`, until it is at work. */
const daprdSays = async (objects: readonly Json[], folder: string, mayStart: boolean): Promise<string> => {
  const ports = [await takePort(), await takePort(), await takePort(), await takePort(), await takePort()];
  const [http, grpc, internal, metrics, placement] = ports;
  const annotations = annotationsOf(objects);
  const health = annotations['dapr.io/enable-app-health-check'] === 'true' ? ['--enable-app-health-check'] : [];
  const args = [
    ...['--app-id', 'checked', '--dapr-http-port', http, '--dapr-grpc-port', grpc, '--metrics-port', metrics],
    ...['--dapr-internal-grpc-port', internal, '--dapr-listen-addresses', '127.0.0.1', '--resources-path', folder],
    ...['--placement-host-address', `127.0.0.1:${placement}`],
    ...health,
    ...Object.entries(flags).flatMap(([annotation, flag]) =>
      annotations[annotation] === undefined ? [] : [flag, annotations[annotation]],
    ),
  ].map(String);
  const started = new AbortController();
  const child = execa(toolPath('daprd') ?? 'daprd', args, {
    all: true,
    reject: false,
    stdin: 'ignore',
    env: markOfThisRun,
    cancelSignal: started.signal,
    forceKillAfterDelay: 1000,
  });
  child.all.setEncoding('utf8').on('data', (text: string) => {
    if (mayStart && atWork.test(text)) started.abort();
  });
  const { all } = await child;
  giveBackPorts(ports);
  return all;
};

describe('what daps lint calls an error is one to a real daprd', function () {
  this.timeout(120_000);
  const folder = openTempFolder();
  before(function () {
    needsTools(this, 'daprd');
  });
  after(() => folder.remove());

  const play = async (rule: string, heading: 'Bad' | 'Good'): Promise<string> => {
    const objects = objectsOf(rule, heading);
    const components = objects.filter(({ kind }) => kind === 'Component');
    const text = components.map((component) => JSON.stringify(withoutServer(component))).join('\n---\n');
    const path = folder.write(`${rule}-${heading}/components.yaml`, text);
    return daprdSays(objects, join(path, '..'), heading === 'Good');
  };

  for (const { rule, says } of rows) {
    it(`${rule}: daprd ends over the bad manifest and says why`, async () => {
      expect(await play(rule, 'Bad')).to.match(says);
    });

    it(`${rule}: daprd has nothing against the good manifest`, async () => {
      expect(await play(rule, 'Good')).not.to.match(says);
    });
  }
});
