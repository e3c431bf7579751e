import { isInScope } from '../dapr/scopes.ts';
import type { MessageSource } from './redelivery.ts';

/** What a Resiliency says of deliveries that fail. */
export interface InboundRetries {
  readonly namespace: string;
  /** The app-ids it is for; none means every app. */
  readonly scopes: readonly string[];
  /** Components that it names, and whether deliveries of each are tried again. */
  readonly components: ReadonlyMap<string, boolean>;
  /** Whether deliveries of all other components are tried again. */
  readonly isForAll: boolean;
}

/** The components of an app that may lose what a sidecar that is killed has in flight. */
export const unretriedOf = (
  appId: string | undefined,
  sources: readonly MessageSource[],
  resiliencies: readonly InboundRetries[],
): readonly string[] => {
  const own = resiliencies.filter((one) => isInScope(one, appId));
  const isRetried = (name: string): boolean => own.some(({ components, isForAll }) => components.get(name) ?? isForAll);
  return sources
    .filter((source) => source.losesFailed && isInScope(source, appId) && !isRetried(source.name))
    .map(({ name }) => name);
};
