import type { RequestHead } from '../http1/head.ts';
import type { KnownRoutes } from './known-routes.ts';

/** What a request on the app channel is to the app, and so what becomes of it while the pod drains. */
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

/** Work that the broker or the scheduler gives again where nobody answers: it can be held. */
export const isHoldable = (kind: RequestKind): boolean => kind === 'delivery' || kind === 'job';

/** What tells requests apart, of the app itself. */
export interface OwnFacts {
  readonly appId: string | undefined;
  readonly namespace: string | undefined;
  /** The path of the user's own app health check. */
  readonly healthPath: string | undefined;
}

/** What a request is, and whether daprd should be asked for its routes: it may deliver to one that nobody has told. */
export interface Classified {
  readonly kind: RequestKind;
  readonly isRouteUnknown: boolean;
}

/** What the Content-Type of a request says of it: daprd writes these two itself, in exactly this form. */
const eventType = 'application/cloudevents+json';
const jsonType = 'application/json';

/**
 * Tells requests apart as daprd makes them (Dapr 1.16.5 and 1.18.1): pkg/runtime/subscription/postman/http (an event, and
 * a bulk of them), pkg/runtime/processor/binding/send.go, pkg/channel/http/http_channel.go (jobs, health check),
 * pkg/api/http/http.go (configuration updates), pkg/actors/targets/app/transport/http, pkg/messaging/direct_messaging.go
 * (invocations: `invokeRemote` names caller and callee, `invokeLocal` neither, up to 1.18.1).
 *
 * daprd sets method, path and Content-Type of what it delivers; everything else may come from the publisher, whose
 * metadata become headers, or from the caller. Where both remain possible it is a delivery, which no caller has to be.
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

/** daprd sends no other method there, so that a subscription below `/actors/` is none. */
const isActorCall = (method: string, path: string): boolean =>
  (method === 'PUT' && /^\/actors\/[^/]+\/[^/]+\/method\//.test(path)) ||
  (method === 'DELETE' && /^\/actors\/[^/]+\/[^/]+$/.test(path));

const calledBy = ({ caller }: RequestHead, { appId, namespace }: OwnFacts): RequestKind =>
  caller === undefined || (caller.appId === appId && caller.namespace === namespace) ? 'self-invocation' : 'invocation';

const isConfigurationUpdate = (path: string, { configurationStores }: KnownRoutes): boolean => {
  const store = /^\/configuration\/([^/]+)\//.exec(path)?.[1];
  return store !== undefined && (configurationStores === 'unknown' || configurationStores.has(store));
};

/** A request target without its query. */
export const pathOf = (target: string): string => {
  const query = target.indexOf('?');
  return query < 0 ? target : target.slice(0, query);
};
