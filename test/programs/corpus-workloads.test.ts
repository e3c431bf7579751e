import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { type Document, isMap, isPair, isScalar, isSeq, parseAllDocuments, type YAMLMap } from 'yaml';
import { type Diagnostic, formatDiagnostic, isError, leavesAlone } from '../../cli/core/diagnostic.ts';
import { workloadKinds } from '../../cli/core/manifest/workload.ts';
import type { Code } from '../../cli/core/problem-args.ts';
import { inject, uninjected } from '../support/daps.ts';
import { at, type Json, type JsonMap } from '../support/kube-objects.ts';
import { openTempFolder } from '../support/temp-folder.ts';
import { checkWithApiServer, corpusFolders, needsTools, readObjects } from '../support/tools.ts';

/** A document of a stranger, with Dapr's annotations written into its own text. */
interface Sample {
  readonly file: string;
  readonly text: string;
  /** Below the object, where its pod template is. */
  readonly path: readonly string[];
  readonly appPort: number;
}

const annotationsOf = (appPort: number): Readonly<Record<string, string>> => ({
  'dapr.io/enabled': 'true',
  'dapr.io/app-id': 'stranger',
  'dapr.io/app-port': String(appPort),
});

/** What a pod of strangers may rightly be refused, or left alone, for. */
const expectedReasons: readonly Code[] = [
  'ambiguous-app-container',
  'app-port-conflict',
  'container-name-taken',
  'daprd-present',
  'duplicate-container',
  'host-network',
  'invalid-restart-policy',
  'no-app-container',
  'no-grace-period',
  'port-taken',
  'shared-anchor',
  'windows',
];

const isReason = (found: Diagnostic): boolean => isError(found) || leavesAlone(found.problem.code);

const manifestsIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ya?ml|json)$/.test(name))
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile() && statSync(path).size < 200_000)
    .filter((path) => !/\/testdata\/v\d/.test(path));

/**
 * Kubernetes' own examples hold a value in every field there is, some of which no API server would take. These are
 * mended, so that all the others are seen.
 */
const mend = (file: string, text: string): string => {
  if (!file.includes('/testdata/HEAD/')) return text;
  const isJob = /\bkind"?: "?(Cron)?Job\b/.test(text);
  return text
    .replaceAll(/(\bport"?: )"?portValue"?/g, '$18080')
    .replaceAll(/(\bhostNetwork"?: )true/g, '$1false')
    .replaceAll(/(\bos"?:\s*\{?\s*"?name"?: )"?nameValue"?/g, '$1"linux"')
    .replaceAll(/(\bterminationGracePeriodSeconds"?: )\d+/g, '$160')
    .replaceAll('restartPolicyValue', isJob ? 'Never' : 'Always');
};

const parse = (text: string): readonly Document.Parsed[] => {
  try {
    const parsed = parseAllDocuments(text, { version: '1.1', uniqueKeys: false, logLevel: 'silent' });
    return Array.isArray(parsed) ? parsed.filter(({ errors }) => errors.length === 0) : [];
  } catch {
    return [];
  }
};

const child = (map: YAMLMap, key: string): YAMLMap | undefined => {
  const value = map.get(key, true);
  return isMap(value) ? value : undefined;
};

const templatePathOf = (root: YAMLMap): readonly string[] | undefined => {
  const [group, version] = String(root.get('apiVersion')).split('/');
  return workloadKinds.find(
    (known) => known.group === (version === undefined ? '' : group) && known.kind === root.get('kind'),
  )?.path;
};

/** Text that puts a pair in front of the first one of a map, in the map's own style. */
const frontOf = (map: YAMLMap, text: string, pair: string): { offset: number; text: string } | undefined => {
  const first = map.items.find(isPair);
  const key = isScalar(first?.key) ? first.key.range?.[0] : undefined;
  if (key === undefined) return undefined;
  if (map.flow === true) return { offset: key, text: `${pair}, ` };
  const before = text.slice(text.lastIndexOf('\n', key) + 1, key);
  return /^[ -]*$/.test(before) ? { offset: key, text: `${pair}\n${before.replaceAll('-', ' ')}` } : undefined;
};

const annotate = (root: YAMLMap, path: readonly string[], text: string, appPort: number): string | undefined => {
  const template = path.reduce<YAMLMap | undefined>((map, key) => map && child(map, key), root);
  if (template === undefined) return undefined;
  const pairs = Object.entries(annotationsOf(appPort)).map(([key, value]) => `"${key}": "${value}"`);
  const metadata = child(template, 'metadata');
  const annotations = metadata && child(metadata, 'annotations');
  const isOddlyEmpty = [metadata, annotations].some((map) => map !== undefined && map.items.length === 0);
  if (
    isOddlyEmpty ||
    (metadata === undefined && template.has('metadata')) ||
    (annotations === undefined && metadata?.has('annotations'))
  )
    return undefined;
  let place: ReturnType<typeof frontOf>;
  if (annotations !== undefined) {
    const separator = frontOf(annotations, text, '')?.text ?? '';
    place = frontOf(annotations, text, pairs.join(separator));
  } else if (metadata !== undefined) place = frontOf(metadata, text, `"annotations": {${pairs.join(', ')}}`);
  else place = frontOf(template, text, `"metadata": {"annotations": {${pairs.join(', ')}}}`);
  return place && text.slice(0, place.offset) + place.text + text.slice(place.offset);
};

/** The first port that a container declares, so that it is the app. */
const firstPort = (root: YAMLMap, path: readonly string[]): number => {
  const containers = root.getIn([...path, 'spec', 'containers'], true);
  const ports = (isSeq(containers) ? containers.items : []).flatMap((container) => {
    const declared = isMap(container) ? container.get('ports', true) : undefined;
    return isSeq(declared) ? declared.items.map((port) => (isMap(port) ? port.get('containerPort') : undefined)) : [];
  });
  return ports.find((port): port is number => typeof port === 'number' && port > 0 && port < 65536) ?? 18_080;
};

const samplesIn = (file: string): readonly Sample[] => {
  const text = mend(file, readFileSync(file, 'utf8'));
  if (text.includes('{{') || text.includes('dapr.io/') || !text.includes('containers')) return [];
  return parse(text).flatMap((document) => {
    const root = document.contents;
    const path = isMap(root) ? templatePathOf(root) : undefined;
    if (!isMap(root) || path === undefined || !isSeq(root.getIn([...path, 'spec', 'containers'], true))) return [];
    const appPort = firstPort(root, path);
    const whole = annotate(root, path, text, appPort);
    if (whole === undefined) return [];
    const added = whole.length - text.length;
    return [{ file, path, appPort, text: whole.slice(document.range[0], document.range[2] + added) }];
  });
};

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
  const hooked = ((at(templateIn(path, after), 'spec', 'containers') ?? []) as readonly JsonMap[]).findIndex(
    (container) => at(container, 'lifecycle', 'preStop', 'httpGet', 'path') === '/daps/app-shutdown',
  );
  const steps: readonly (readonly [readonly (string | number)[], (old: Json | undefined) => Json])[] = [
    [['metadata', 'annotations', 'dapr.io/app-port'], () => '9696'],
    [['metadata', 'annotations', 'dapr.io/enable-native-sidecar'], () => 'true'],
    [['metadata', 'annotations', 'daps.io/status'], () => status],
    [['metadata', 'labels', 'daps.io/injected'], () => 'true'],
    [['spec', 'initContainers'], (old) => [sidecar, ...((old ?? []) as readonly Json[])]],
    ...(hooked < 0
      ? []
      : ([
          [
            ['spec', 'containers', hooked, 'lifecycle', 'preStop'],
            () => ({ httpGet: { path: '/daps/app-shutdown', port: 9697 } }),
          ],
        ] as const)),
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
    const all = (corpusFolders() ?? []).flatMap(manifestsIn).flatMap(samplesIn);
    samples = [...new Map(all.map((sample) => [sample.text, sample])).values()].slice(0, 700);
    expect(samples.length).to.be.greaterThan(100);
  });
  after(() => folder.remove());

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
        expect(expectedReasons, `${file}: ${diagnostics.map(formatDiagnostic).join('\n')}`).to.include(code);
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
