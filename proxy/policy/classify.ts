import type { RequestHead } from '../http1/head.ts';
import type { KnownRoutes } from './known-routes.ts';

/** The kind of a request on the app channel, which decides what happens to it while the pod drains. */
export type RequestKind = 'invocation' | 'actor' | 'job' | 'init' | 'health' | 'delivery' | 'self-invocation';

export const requestKinds: readonly RequestKind[] = [
  'invocation',
  'actor',
  'job',
  'init',
  'health',
  'delivery',
  'self-invocation',
];

/** Whether daps can hold a request: work that the broker or the scheduler delivers again without an answer. */
export const isHoldable = (kind: RequestKind): boolean => kind === 'delivery' || kind === 'job';

/** What the kind of a request depends on, of the app itself. */
export interface OwnFacts {
  readonly appId: string | undefined;
  readonly namespace: string | undefined;
  /** The path of the user's own app health check. */
  readonly healthPath: string | undefined;
}

/** The kind of a request, and whether daps should ask daprd for its routes: daprd may deliver to an unknown one. */
export interface Classified {
  readonly kind: RequestKind;
  readonly isRouteUnknown: boolean;
}

/** The Content-Types that daprd itself writes, in exactly this form. */
const eventType = 'application/cloudevents+json';
const jsonType = 'application/json';

/**
 * Finds the kind of a request, as daprd makes them (Dapr 1.16.5 and 1.18.1): pkg/runtime/subscription/postman/http (an
 * event, and a bulk of them), pkg/runtime/processor/binding/send.go, pkg/channel/http/http_channel.go (jobs, health
 * check), pkg/api/http/http.go (configuration updates), pkg/actors/targets/app/transport/http,
 * pkg/messaging/direct_messaging.go (invocations: `invokeRemote` names caller and callee, `invokeLocal` neither, up to
 * 1.18.1).
 *
 * daprd sets method, path and Content-Type of what it delivers; everything else may come from the publisher, whose
 * metadata become headers, or from the caller. If both remain possible, it counts as a delivery.
 */
export const classify = (head: RequestHead, own: OwnFacts, routes: KnownRoutes): Classified => {
  const path = pathOf(head.target);
  if (head.method === 'POST') return classifyPost(head, path, own, routes);
  if (isActorCall(head.method, path)) return known('actor');
  if (head.caller !== undefined) return known(calledBy(head, own));
  if (head.method === 'OPTIONS' && head.contentType === jsonType) return known('init');
  if (head.method === 'GET' && path === own.healthPath) return known('health');
  if (head.method === 'GET' && initPaths.has(path)) return known('init');
  return known('self-invocation');
};

const classifyPost = (head: RequestHead, path: string, own: OwnFacts, routes: KnownRoutes): Classified => {
  switch (head.contentType) {
    case eventType: {
      if (routes.subscriptions.has(path)) return known('delivery');
      const isCall = head.caller !== undefined && routes.isComplete;
      return { kind: isCall ? calledBy(head, own) : 'delivery', isRouteUnknown: true };
    }
    case jsonType: {
      // A binding's metadata are the publisher's, a bulk's and a job's are daprd's own.
      if (routes.bindings.has(path)) return known('delivery');
      if (head.caller !== undefined) return known(calledBy(head, own));
      if (routes.bulks.has(path) || isConfigurationUpdate(path, routes)) return known('delivery');
      if (path.startsWith('/job/')) return known('job');
      if (routes.subscriptions.has(path)) return known('self-invocation');
      return { kind: routes.isComplete ? 'self-invocation' : 'delivery', isRouteUnknown: true };
    }
    default:
      return known(calledBy(head, own));
  }
};

const known = (kind: RequestKind): Classified => ({ kind, isRouteUnknown: false });

const initPaths: ReadonlySet<string> = new Set(['/dapr/config', '/dapr/subscribe']);

/** daprd sends no other method there, so a subscription below `/actors/` is no actor call. */
const isActorCall = (method: string, path: string): boolean =>
  (method === 'PUT' && /^\/actors\/[^/]+\/[^/]+\/method\//.test(path)) ||
  (method === 'DELETE' && /^\/actors\/[^/]+\/[^/]+$/.test(path));

const calledBy = ({ caller }: RequestHead, { appId, namespace }: OwnFacts): RequestKind =>
  caller === undefined || (caller.appId === appId && caller.namespace === namespace) ? 'self-invocation' : 'invocation';

const isConfigurationUpdate = (path: string, { configurationStores }: KnownRoutes): boolean => {
  const store = /^\/configuration\/([^/]+)\//.exec(path)?.[1];
  return store !== undefined && (configurationStores === 'unknown' || configurationStores.has(store));
};

/** Removes the query from a request target. */
export const pathOf = (target: string): string => {
  const query = target.indexOf('?');
  return query < 0 ? target : target.slice(0, query);
};
