import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { workloadKinds } from '../../../cli/core/manifest/object/workload.ts';
import type { Code } from '../../../cli/core/problem-args.ts';
import type { Json, JsonMap } from '../cli/kube-objects.ts';

/** The manifests of a folder. */
export const filesOf = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ya?ml|json)$/.test(name))
    .map((name) => join(folder, name));

/** A file's bytes; undefined where it is none. */
export const bytesOf = (path: string): Buffer | undefined => {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
};

/** What manifests of strangers may rightly be refused, or left alone, for. */
export const expectedReasons: readonly Code[] = [
  'ambiguous-app-container',
  'app-port-conflict',
  'daprd-present',
  'duplicate-container',
  'host-network',
  'invalid-restart-policy',
  'no-app-container',
  'no-grace-period',
  'port-taken',
  'windows',
];

const templatePath = (apiVersion: string, kind: string): readonly string[] | undefined => {
  const group = apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
  return workloadKinds.find((known) => known.group === group && known.kind === kind)?.path;
};

const daprAnnotations: Readonly<Record<string, string>> = {
  'dapr.io/enabled': 'true',
  'dapr.io/app-id': 'corpus',
  'dapr.io/app-port': '18080',
};

/**
 * Every workload of a file, as a document of its own with Dapr's annotations on its pod template. `namesApp`: an
 * annotation of daps says which container is the app, the first one.
 */
export const workloadsIn = (file: string, { namesApp = false } = {}): readonly { text: string; file: string }[] => {
  const text = bytesOf(file)?.toString() ?? '';
  if (text.length > 200_000 || text.includes('{{') || !/\bcontainers\b/.test(text)) return [];
  try {
    return parseAllDocuments(text, { version: '1.1', uniqueKeys: false, logLevel: 'silent' }).flatMap((document) => {
      if (document.errors.length > 0) return [];
      const object = document.toJS() as { apiVersion?: string; kind?: string; metadata?: object } | null;
      const path = templatePath(String(object?.apiVersion), String(object?.kind));
      if (object === null || path === undefined || document.getIn([...path, 'spec', 'containers']) === undefined)
        return [];
      if ((document.getIn([...path, 'metadata']) ?? null) === null)
        document.setIn([...path, 'metadata'], document.createNode({}));
      if ((document.getIn([...path, 'metadata', 'annotations']) ?? null) === null)
        document.setIn([...path, 'metadata', 'annotations'], document.createNode({}));
      const app = document.getIn([...path, 'spec', 'containers', 0, 'name']);
      const named = namesApp && typeof app === 'string' && /^[a-z0-9-]+$/.test(app) ? { 'daps.io/container': app } : {};
      for (const [name, value] of Object.entries({ ...daprAnnotations, ...named })) {
        const key = document.createNode(value);
        Object.assign(key, { type: 'QUOTE_DOUBLE' });
        document.setIn([...path, 'metadata', 'annotations', name], key);
      }
      return [{ text: document.toString({ lineWidth: 0 }), file }];
    });
  } catch {
    return [];
  }
};

/** The object without anything daps may add or change, deep: what is left must be the same. */
export const withoutDaps = (value: Json): Json => {
  if (Array.isArray(value))
    return value
      .filter((item) => !(isMap(item) && item['name'] === 'daps' && item['restartPolicy'] === 'Always'))
      .map(withoutDaps);
  if (!isMap(value)) return value;
  const entries = Object.entries(value)
    .filter(
      ([key]) =>
        ![
          'dapr.io/app-port',
          'dapr.io/enable-native-sidecar',
          'daps.io/status',
          'daps.io/injected',
          'preStop',
        ].includes(key),
    )
    .map(([key, item]) => [key, withoutDaps(item)] as const)
    .filter(([key, item]) => !(['labels', 'initContainers', 'lifecycle'].includes(key) && isEmpty(item)));
  return Object.fromEntries(entries);
};

const isMap = (value: Json | undefined): value is JsonMap =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isEmpty = (value: Json): boolean =>
  value === null || (typeof value === 'object' && Object.keys(value).length === 0);
