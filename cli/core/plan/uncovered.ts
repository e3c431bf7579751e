import { isHttp1 } from './dapr-checks.ts';
import type { InjectFacts } from './plan.ts';

/** Something of an injected pod that daps does not look after. */
export type Uncovered =
  /** Requests that pass through the gate unread: none is held, or sent again. */
  | { readonly kind: 'protocol'; readonly protocol: string }
  /** A container beside the app with a preStop hook of its own: SIGTERM follows it, not the drain. */
  | { readonly kind: 'container'; readonly container: string }
  /** A hook that runs inside of the app's container: SIGTERM follows it, not the drain. */
  | { readonly kind: 'exec-hook'; readonly container: string }
  /** What a sidecar that is killed has in flight, which these components may lose. */
  | { readonly kind: 'killed-sidecar'; readonly components: readonly string[] };

/** What of a pod is as with plain Dapr. */
export const uncoveredOf = (facts: InjectFacts): readonly Uncovered[] => {
  const { dapr, preStop, appContainer, withHook, unretried } = facts;
  return [
    ...(isHttp1(dapr.appProtocol) ? [] : [{ kind: 'protocol' as const, protocol: dapr.appProtocol }]),
    ...(preStop.kind === 'exec' ? [{ kind: 'exec-hook' as const, container: appContainer }] : []),
    ...withHook.map((container) => ({ kind: 'container' as const, container })),
    ...(unretried.length === 0 ? [] : [{ kind: 'killed-sidecar' as const, components: unretried }]),
  ];
};
