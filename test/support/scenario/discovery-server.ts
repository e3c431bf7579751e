import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Kinds that the example chart uses, as the API server's discovery lists them. */
const resources: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  v1: [
    ['configmaps', 'ConfigMap'],
    ['services', 'Service'],
    ['serviceaccounts', 'ServiceAccount'],
    ['pods', 'Pod'],
    ['secrets', 'Secret'],
  ],
  'apps/v1': [
    ['deployments', 'Deployment'],
    ['statefulsets', 'StatefulSet'],
  ],
  'batch/v1': [
    ['jobs', 'Job'],
    ['cronjobs', 'CronJob'],
  ],
  'policy/v1': [['poddisruptionbudgets', 'PodDisruptionBudget']],
  'dapr.io/v1alpha1': [['components', 'Component']],
};

const groups = Object.keys(resources)
  .filter((version) => version.includes('/'))
  .map((groupVersion) => {
    const [name = '', version = ''] = groupVersion.split('/');
    return { name, versions: [{ groupVersion, version }], preferredVersion: { groupVersion, version } };
  });

const answer = (path: string): unknown => {
  const listed = /^\/(?:api|apis)\/(.+)$/.exec(path)?.[1] ?? '';
  const found = resources[listed];
  if (path === '/version') return { major: '1', minor: '34', gitVersion: 'v1.34.4' };
  if (path === '/api') return { kind: 'APIVersions', versions: ['v1'] };
  if (path === '/apis') return { kind: 'APIGroupList', apiVersion: 'v1', groups };
  if (found === undefined) return undefined;
  return {
    kind: 'APIResourceList',
    groupVersion: listed,
    resources: found.map(([name, kind]) => ({ name, kind, singularName: '', namespaced: true, verbs: ['get'] })),
  };
};

/** Just enough of an API server for Helm 3, which asks it for its version and kinds even in a client-side dry run. */
export const startDiscovery = async (): Promise<{ server: Server; url: string }> => {
  const server = createServer((request, response) => {
    const body = answer((request.url ?? '').replace(/\?.*$/, ''));
    const isList = /\/secrets$/.test((request.url ?? '').replace(/\?.*$/, ''));
    const status = { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'NotFound', code: 404 };
    response.writeHead(body === undefined && !isList ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body ?? (isList ? { kind: 'SecretList', apiVersion: 'v1', items: [] } : status)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
};
