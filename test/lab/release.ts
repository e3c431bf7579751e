import { join } from 'node:path';
import { stringify } from 'yaml';
import { type Ran, Workbench } from '../support/cli/sandbox.ts';
import { root } from '../support/sources.ts';
import { toolPath } from '../support/tools.ts';
import { places } from './places.ts';

/**
 * What the pods are: as Dapr's injector makes them; rendered through daps before that; or with daprd added by daps
 * itself, from facts that `daps capture` read off the cluster.
 */
export const columns = ['plain', 'daps', 'daps inline'] as const;
export type Column = (typeof columns)[number];

export type Values = Readonly<Record<string, unknown>>;

export const chart = join(root, 'test/lab/chart');

/** A user's Helm, with the daps plugin where Helm 4 wants one. */
export class Helm {
  readonly #bench: Workbench;
  #facts: Promise<unknown> | undefined;

  private constructor(bench: Workbench) {
    this.#bench = bench;
  }

  static async open(major: 3 | 4): Promise<Helm> {
    const bench = new Workbench();
    bench.environment['KUBECONFIG'] = places.kubeconfig;
    bench.link('helm', toolPath(major === 3 ? 'helm3' : 'helm4') ?? '');
    const installed = await bench.run('daps', ['helm-plugin', 'install']);
    if (installed.code !== 0) throw new Error(installed.stderr);
    return new Helm(bench);
  }

  /** Runs helm; throws with its own words when it fails. */
  run(args: readonly string[], env: Record<string, string> = {}): Promise<Ran> {
    return this.#run('helm', args, env);
  }

  /** Runs the daps that the post-renderer is. */
  daps(...args: readonly string[]): Promise<Ran> {
    return this.#run('daps', args);
  }

  async #run(command: string, args: readonly string[], env: Record<string, string> = {}): Promise<Ran> {
    const ran = await this.#bench.run(command, args, { env });
    if (ran.code !== 0) throw new Error(`${command} ${args.join(' ')}: ${ran.stderr || ran.stdout}`);
    return ran;
  }

  get #factsFile(): string {
    return join(this.#bench.folder, 'facts.yaml');
  }

  /** The cluster's facts, as `daps capture` writes them; read once. */
  async facts(): Promise<string> {
    this.#facts ??= this.captureFacts();
    await this.#facts;
    return this.#factsFile;
  }

  /** Reads them again: the cluster has changed. */
  async captureFacts(): Promise<void> {
    await this.daps('capture', '--output', this.#factsFile);
  }

  /** Whether the cluster still is as the facts say, by `daps capture --check`; what it prints where it is not. */
  async drift(): Promise<string | undefined> {
    const { code, stdout, stderr } = await this.#bench.run('daps', ['capture', '--check', '--output', this.#factsFile]);
    if (code !== 0 && code !== 1) throw new Error(`daps capture --check: ${stderr}`);
    return code === 0 ? undefined : `${stdout}${stderr}`;
  }

  /** For files of a test's own. */
  get bench(): Workbench {
    return this.#bench;
  }

  valuesFile(name: string, values: Values): string {
    return this.#bench.write(`${name}.yaml`, stringify(values));
  }

  dispose(): void {
    this.#bench.dispose();
  }
}

/**
 * For apps that are called through a Service: kube-proxy, which has two cores here for everything, took longer than the
 * usual 5 s for 53 of 2,393 changes, and 13 s at most (kubeproxy_network_programming_duration_seconds).
 */
export const calledByService = { 'daps.io/pre-stop-delay': '15s' } as const;

export interface ReleaseOf {
  /** The app's, and its topic's. */
  readonly name: string;
  readonly namespace: string;
  readonly column: Column;
  readonly values: Values;
}

/** The shop chart, installed once. */
export class Release {
  readonly name: string;
  readonly namespace: string;
  readonly column: Column;
  readonly #helm: Helm;
  #values: Values;

  constructor(helm: Helm, of: ReleaseOf) {
    this.#helm = helm;
    this.name = of.name;
    this.namespace = of.namespace;
    this.column = of.column;
    this.#values = of.values;
  }

  /** `helm upgrade --install`; what is given is changed, what is not stays. */
  async apply(change: Values = {}): Promise<void> {
    this.#values = { ...this.#values, ...change };
    const file = this.#helm.valuesFile(`${this.namespace}-${this.name}`, this.#values);
    const renderer = this.column === 'plain' ? [] : ['--post-renderer', 'daps'];
    const args = ['upgrade', '--install', this.name, chart, '--namespace', this.namespace, '--values', file];
    const env = this.column === 'daps inline' ? { DAPS_CONFIG: await this.#helm.facts() } : {};
    await this.#helm.run([...args, ...renderer], env);
  }

  /** `helm rollback` to the release before. */
  async rollback(): Promise<void> {
    await this.#helm.run(['rollback', this.name, '--namespace', this.namespace]);
  }
}
