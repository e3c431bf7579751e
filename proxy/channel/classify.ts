/** What a request on the app channel is to the app, and so what becomes of it while the pod drains. */
export type Kind = 'invocation' | 'actor' | 'job' | 'init' | 'health' | 'delivery';

export const kinds: readonly Kind[] = ['invocation', 'actor', 'job', 'init', 'health', 'delivery'];

/** Work that the broker or the scheduler gives again where nobody answers: it can be held. */
export const isHoldable = (kind: Kind): boolean => kind === 'delivery' || kind === 'job';

/**
 * Tells requests apart as daprd makes them: pkg/channel/http/http_channel.go (invocation headers), pkg/actors
 * (`/actors/`), pkg/runtime/scheduler (`/job/`), pkg/channel/http (`/dapr/config`, `/dapr/subscribe`, `OPTIONS` of input
 * bindings), pkg/apphealth (the configured path).
 */
export const classify = (method: string, target: string, isDaprCall: boolean, healthPath: string | undefined): Kind => {
  if (isDaprCall) return 'invocation';
  if (target.startsWith('/actors/')) return 'actor';
  if (target.startsWith('/job/')) return 'job';
  if (method === 'OPTIONS') return 'init';
  if (method === 'GET') {
    const path = pathOf(target);
    if (path === healthPath) return 'health';
    if (path === '/dapr/config' || path === '/dapr/subscribe') return 'init';
  }
  return method === 'POST' ? 'delivery' : 'invocation';
};

const pathOf = (target: string): string => {
  const query = target.indexOf('?');
  return query < 0 ? target : target.slice(0, query);
};
