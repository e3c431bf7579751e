import { isInScope } from '../dapr/scopes.ts';
import type { WorkloadSettings } from '../settings/resolve-workload.ts';

/** Whether a broker delivers again what was not acknowledged. */
export type Redelivery = 'certain' | 'uncertain';

/** A Component that brings an app its messages. */
export interface MessageSource {
  readonly name: string;
  readonly namespace: string;
  /** The app-ids it is for; none means every app. */
  readonly scopes: readonly string[];
  readonly redelivery: Redelivery;
  /** Whether a delivery that fails may be lost, unless daprd is told to try again. */
  readonly losesFailed: boolean;
}

/**
 * What the setting says, else what the Components of the stream tell. An app that has both kinds keeps what it has of
 * the certain ones: they would deliver again what the app finishes without daprd, and it would be done twice.
 */
export const redeliveryOf = (
  { redelivery }: Pick<WorkloadSettings, 'redelivery'>,
  appId: string | undefined,
  sources: readonly MessageSource[],
): Redelivery => {
  if (redelivery !== 'auto') return redelivery;
  const own = sources.filter((source) => isInScope(source, appId));
  return own.length > 0 && own.every((source) => source.redelivery === 'uncertain') ? 'uncertain' : 'certain';
};
