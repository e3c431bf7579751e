import { expect } from 'chai';
import { type Diagnostic, formatDiagnostic, isError, leavesAlone } from '../../cli/core/diagnostic.ts';
import { parseSlowly } from '../../cli/core/manifest/read/parse.ts';
import { readPlain } from '../../cli/core/manifest/read/quick-reader.ts';
import type { Code } from '../../cli/core/problem-args.ts';
import { inject, uninjected } from '../support/cli/daps.ts';
import { at, type Json, type JsonMap } from '../support/cli/kube-objects.ts';
import { expectedReasons } from '../support/manifests/corpus-workloads.ts';
import { type Sample, samplesBelow } from '../support/manifests/stranger-workloads.ts';
import { openTempFolder } from '../support/temp-folder.ts';
import { checkWithApiServer, corpusFolders, needsTools, readObjects } from '../support/tools.ts';

/** What a pod of strangers may rightly be refused, or left alone, for. */
const reasons: readonly Code[] = [...expectedReasons, 'container-name-taken', 'shared-anchor'];

const isReason = (found: Diagnostic): boolean => isError(found) || leavesAlone(found.problem.code);

const templateIn = (path: readonly string[], object: JsonMap): JsonMap => (at(object, ...path) ?? {}) as JsonMap;

/** A copy with one value set, deep. */
const withValue = (
  value: Json | undefined,
  path: readonly (string | number)[],
  make: (old: Json | undefined) => Json,
): Json => {
  const [step, ...rest] = path;
  if (step === undefined) return make(value);
  if (Array.isArray(value)) return value.map((item, index) => (index === step ? withValue(item, rest, make) : item));
  const map = (value ?? {}) as JsonMap;
  return { ...map, [step]: withValue(map[step], rest, make) };
};

/** The object that the specification wants, from the one before; what daps alone can know is taken from the one after. */
const expectedOf = (before: JsonMap, after: JsonMap, { path }: Sample): Json => {
  const sidecar = at(templateIn(path, after), 'spec', 'initContainers', 0) ?? null;
  const status = at(templateIn(path, after), 'metadata', 'annotations', 'daps.io/status') ?? null;
  const containers = (at(templateIn(path, after), 'spec', 'containers') ?? []) as readonly JsonMap[];
  const hooks = containers.map((container) => at(container, 'lifecycle', 'preStop', 'httpGet', 'path'));
  const steps: readonly (readonly [readonly (string | number)[], (old: Json | undefined) => Json])[] = [
    [['metadata', 'annotations', 'dapr.io/app-port'], () => '9696'],
    [['metadata', 'annotations', 'dapr.io/enable-native-sidecar'], () => 'true'],
    [['metadata', 'annotations', 'daps.io/status'], () => status],
    [['metadata', 'labels', 'daps.io/injected'], () => 'true'],
    [['spec', 'initContainers'], (old) => [sidecar, ...((old ?? []) as readonly Json[])]],
    ...hooks.flatMap((hook, index) =>
      hook === '/daps/app-shutdown' || hook === '/daps/container-shutdown'
        ? ([
            [['spec', 'containers', index, 'lifecycle', 'preStop'], () => ({ httpGet: { path: hook, port: 9697 } })],
          ] as const)
        : [],
    ),
  ];
  return steps.reduce<Json>((object, [below, make]) => withValue(object, [...path, ...below], make), before);
};

const hasExecHook = ({ path }: Sample, object: JsonMap): boolean =>
  ((at(templateIn(path, object), 'spec', 'containers') ?? []) as readonly JsonMap[]).some(
    (container) => at(container, 'lifecycle', 'preStop', 'exec') !== undefined,
  );

const envOf = ({ path }: Sample, object: JsonMap): ReadonlyMap<string, Json | undefined> => {
  const list = (at(templateIn(path, object), 'spec', 'initContainers', 0, 'env') ?? []) as readonly JsonMap[];
  return new Map(list.map((variable) => [String(variable['name']), variable['value']]));
};

describe('corpus: workloads of strangers, made Dapr-enabled', function () {
  this.timeout(90_000);
  const folder = openTempFolder();
  let samples: readonly Sample[] = [];
  const injected: { readonly sample: Sample; readonly text: string }[] = [];
  before(function () {
    needsTools(this, 'objects', 'apicheck');
    samples = samplesBelow(corpusFolders() ?? []).slice(0, 700);
    expect(samples.length).to.be.greaterThan(100);
  });
  after(() => folder.remove());

  it('are read by the quick reader, at least 95 of a hundred, and as the slow one reads them', () => {
    const left = samples.filter(({ file, text }) => {
      const quick = readPlain(text, 0);
      if (quick !== undefined) expect(parseSlowly(text, 0), file).to.deep.equal({ ok: true, value: quick });
      return quick === undefined;
    });
    const share = 1 - left.length / samples.length;
    const files = left.map(({ file }) => `\n      left to the slow one: ${file}`);
    process.stdout.write(`    the quick reader reads ${(share * 100).toFixed(1)} %${files.join('')}\n`);
    expect(share).to.be.at.least(0.95);
  });

  it('are injected, or refused or left alone for a reason that can be expected', () => {
    const count: Record<string, number> = {};
    for (const sample of samples) {
      const { file, text } = sample;
      const { outputs, diagnostics, entries } = inject(text);
      if (!diagnostics.some(isReason)) {
        count['injected'] = (count['injected'] ?? 0) + 1;
        expect(
          entries.map(({ outcome }) => outcome.action),
          `${file}\n${text}`,
        ).to.deep.equal(['injected']);
        injected.push({ sample, text: outputs[0] ?? '' });
        continue;
      }
      expect(outputs[0] === text, file).to.equal(true);
      for (const code of new Set(diagnostics.filter(isReason).map(({ problem }) => problem.code))) {
        count[code] = (count[code] ?? 0) + 1;
        expect(reasons, `${file}: ${diagnostics.map(formatDiagnostic).join('\n')}`).to.include(code);
      }
    }
    process.stdout.write(`    ${samples.length} workloads: ${JSON.stringify(count)}\n`);
    expect(count['injected']).to.be.greaterThan(60);
  });

  for (const [name, change] of [
    ['as they are', (text: string) => text],
    ['with CRLF and without a last line end', (text: string) => text.trimEnd().replaceAll(/\r?\n/g, '\r\n')],
  ] as const) {
    it(`come out of uninject byte for byte, and twice is once: ${name}`, () => {
      for (const { sample } of injected) {
        const text = change(sample.text);
        const { outputs, diagnostics } = inject(text);
        const output = outputs[0] ?? '';
        expect(diagnostics.filter(isReason).map(formatDiagnostic), sample.file).to.deep.equal([]);
        expect(output === text, sample.file).to.equal(false);
        expect(uninjected(output), `${sample.file}\n${output}`).to.equal(text);
        expect(inject(output).outputs[0], sample.file).to.equal(output);
      }
    });
  }

  it('differ in what is specified and in nothing else', async () => {
    const pairs = injected.map(({ sample, text }, index) => ({
      sample,
      before: folder.write(`${index}-before.yaml`, sample.text),
      after: folder.write(`${index}-after.yaml`, text),
    }));
    const read = await readObjects(pairs.flatMap(({ before, after }) => [before, after]));
    const only = (path: string): JsonMap => {
      const found = read.get(path);
      if (found === undefined || 'error' in found) throw new Error(`${path}: ${found?.error}`);
      expect(found.objects.length).to.equal(1);
      return found.objects[0] as JsonMap;
    };
    for (const { sample, before, after } of pairs) {
      const [was, is] = [only(before), only(after)];
      expect(is, sample.file).to.deep.equal(expectedOf(was, is, sample));
      const environment = envOf(sample, is);
      expect(environment.get('DAPS_APP_PORT'), sample.file).to.equal(String(sample.appPort));
      expect(environment.get('DAPS_APP_ID'), sample.file).to.equal('stranger');
      const isHooked = JSON.stringify(is).includes('/daps/app-shutdown');
      expect(isHooked || hasExecHook(sample, was), sample.file).to.equal(true);
    }
  });

  it('the API server has nothing against them that it did not have before', async () => {
    // Those of a newer Kubernetes have fields that this API server does not know; those that are invalid on purpose get
    // their complaints in one text, in an order that differs from run to run.
    const known = injected.filter(({ sample }) => !/\/testdata\/HEAD\/|\/invalid-/.test(sample.file));
    const pairs = known.map(({ sample, text }, index) => ({
      file: sample.file,
      before: folder.write(`${index}-before.yaml`, sample.text),
      after: folder.write(`${index}-after.yaml`, text),
    }));
    const verdicts = await checkWithApiServer(
      pairs.flatMap(({ before, after }) => [before, after]),
      'apply',
    );
    const problemsOf = (path: string): readonly string[] =>
      (verdicts.get(path) ?? ['no verdict']).map((problem) => problem.replaceAll(/\[\d+\]/g, '[]'));
    for (const { file, before, after } of pairs) {
      const had = problemsOf(before);
      const isWrongAnyway = (problem: string): boolean =>
        had.length > 0 && /selector. does not match template/.test(problem);
      // Of several fields that the schema does not know, an apply names one, and not always the same.
      const isUndeclared = (problem: string): boolean => problem.endsWith('field not declared in schema');
      const isNamedInstead = (problem: string): boolean => isUndeclared(problem) && had.some(isUndeclared);
      const fresh = problemsOf(after).filter(
        (problem) => !had.includes(problem) && !isWrongAnyway(problem) && !isNamedInstead(problem),
      );
      expect(fresh, file).to.deep.equal([]);
    }
  });
});
