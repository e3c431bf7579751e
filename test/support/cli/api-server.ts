import { readFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { root } from '../sources.ts';
import { at, type Json, type JsonMap } from './kube-objects.ts';

/** An API server on loopback that holds objects, answers GET, and notes what it was asked. */
export interface ApiServer {
  readonly url: string;
  readonly asked: readonly string[];
  readonly close: () => Promise<void>;
}

const plural: Readonly<Record<string, string>> = {
  Deployment: 'deployments',
  StatefulSet: 'statefulsets',
  ConfigMap: 'configmaps',
  Configuration: 'configurations',
  Secret: 'secrets',
};

const text = (object: JsonMap, ...path: readonly string[]): string => String(at(object, ...path) ?? '');

const groupPath = (object: JsonMap): string => {
  const version = text(object, 'apiVersion');
  return version.includes('/') ? `/apis/${version}` : `/api/${version}`;
};

/** What a path names: one object, or a list of those whose `app` is among a selector's. */
const find = (objects: readonly JsonMap[], url: URL): JsonMap | undefined => {
  if (url.pathname === '/version') return { major: '1', minor: '34', gitVersion: 'v1.34.4' };
  const selected = /^app in \((.*)\)$/.exec(url.searchParams.get('labelSelector') ?? '')?.[1]?.split(',') ?? [];
  const inPath = (object: JsonMap): boolean => {
    const base = `${groupPath(object)}/namespaces/${text(object, 'metadata', 'namespace')}/${plural[text(object, 'kind')]}`;
    return [base, `${groupPath(object)}/${plural[text(object, 'kind')]}`].includes(url.pathname);
  };
  const named = objects.find(
    (object) =>
      `${groupPath(object)}/namespaces/${text(object, 'metadata', 'namespace')}/${plural[text(object, 'kind')]}/${text(object, 'metadata', 'name')}` ===
      url.pathname,
  );
  if (named !== undefined) return named;
  return url.searchParams.has('labelSelector')
    ? {
        kind: 'List',
        items: objects.filter((one) => inPath(one) && selected.includes(text(one, 'metadata', 'labels', 'app'))),
      }
    : undefined;
};

/** Starts one. `isAllowed` decides which paths the caller may read, by default all. */
export const startApiServer = async (
  objects: readonly JsonMap[],
  isAllowed: (url: URL) => boolean = () => true,
): Promise<ApiServer> => {
  const asked: string[] = [];
  const server = http.createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://127.0.0.1');
    asked.push(`${request.method} ${url.pathname}`);
    const answer = (code: number, body: Json): void => {
      response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    if (request.method !== 'GET') return answer(405, { message: 'nothing is to be changed' });
    if (!isAllowed(url)) return answer(403, { message: `may not read ${url.pathname}` });
    const found = find(objects, url);
    return found === undefined ? answer(404, { message: 'not found' }) : answer(200, found);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
};

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

/** Whether the roles shipped as an example let a path be read. */
export const exampleRights = (kinds: readonly ('Role' | 'ClusterRole')[]): ((url: URL) => boolean) => {
  const file = readFileSync(join(root, 'fixtures/example/capture-rbac.yaml'), 'utf8');
  const roles = parseAllDocuments(file)
    .map((document) => document.toJS() as JsonMap)
    .filter(({ kind }) => kinds.some((wanted) => wanted === kind));
  return ({ pathname }) => {
    if (pathname === '/version') return true;
    const [, group = '', , namespace, resource = '', name] =
      /^\/(?:api|apis\/([^/]+))\/([^/]+)(?:\/namespaces\/([^/]+))?\/([^/]+)(?:\/([^/]+))?$/.exec(pathname) ?? [];
    return roles.some((role) => {
      if (role['kind'] === 'Role' && namespace !== at(role, 'metadata', 'namespace')) return false;
      return (role['rules'] as unknown as readonly Rule[]).some(
        (rule) =>
          rule.apiGroups.includes(group) &&
          rule.resources.includes(resource) &&
          rule.verbs.includes(name === undefined ? 'list' : 'get') &&
          (rule.resourceNames === undefined || (name !== undefined && rule.resourceNames.includes(name))),
      );
    });
  };
};
