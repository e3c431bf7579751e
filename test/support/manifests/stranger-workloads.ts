import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Document, isMap, isPair, isScalar, isSeq, parseAllDocuments, type YAMLMap } from 'yaml';
import { workloadKinds } from '../../../cli/core/manifest/object/workload.ts';

/** A document of a stranger, with Dapr's annotations written into its own text. */
export interface Sample {
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

/** The workloads of strangers below some folders, made Dapr-enabled in their own text; each text once. */
export const samplesBelow = (folders: readonly string[]): readonly Sample[] => {
  const all = folders.flatMap(manifestsIn).flatMap(samplesIn);
  return [...new Map(all.map((sample) => [sample.text, sample])).values()];
};
