import type { InjectFacts } from './plan.ts';

/** Something of an injected pod that daps does not look after. */
export type Uncovered =
  /** Requests that pass through the gate unread: none is held or counted. */
  | { readonly kind: 'protocol'; readonly protocol: string }
  /** The kubelet calls no hook of this container, so that its SIGTERM comes as soon as the pod is deleted. */
  | { readonly kind: 'container'; readonly container: string }
  /** A hook that runs inside of the app's container: SIGTERM follows it, not the drain. */
  | { readonly kind: 'exec-hook'; readonly container: string };

const readProtocols: readonly string[] = ['http', 'https'];

/** What of a pod is as with plain Dapr. */
export const uncoveredOf = ({ dapr, preStop, appContainer, withoutHook }: InjectFacts): readonly Uncovered[] => [
  ...(readProtocols.includes(dapr.appProtocol) ? [] : [{ kind: 'protocol' as const, protocol: dapr.appProtocol }]),
  ...(preStop.kind === 'exec' ? [{ kind: 'exec-hook' as const, container: appContainer }] : []),
  ...withoutHook.map((container) => ({ kind: 'container' as const, container })),
];
