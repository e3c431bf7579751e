import type { Daprd } from './adapters/daprd.ts';
import type { Log } from './adapters/log.ts';
import { type MetadataRoutes, readMetadata } from './policy/known-routes.ts';

/** Asks daprd where it delivers. Returns undefined, and logs why, if daprd does not say. */
export const routesQuestion = ({
  daprd,
  log,
}: {
  readonly daprd: Daprd;
  readonly log: Log;
}): (() => Promise<MetadataRoutes | undefined>) => {
  let isTold = false;
  return async () => {
    const answer = await daprd.metadata();
    if (answer.kind === 'refused' && !isTold) {
      isTold = true;
      log.warn({ status: answer.status }, words);
    }
    return answer.kind === 'told' ? readMetadata(answer.json) : undefined;
  };
};

const words =
  'daprd does not list its subscriptions and bindings (GET /v1.0/metadata): JSON calls of the app to itself through Dapr count as deliveries. Does the API allowlist of its Configuration (spec.api) leave out metadata? Allow it with protocol http, version v1 and name metadata.';
