import type { Daprd } from './adapters/daprd.ts';
import type { Log } from './adapters/log.ts';
import { type MetadataRoutes, readMetadata } from './policy/known-routes.ts';

/** Asks daprd where it delivers; undefined where it does not tell, which the log then says. */
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
  'daprd does not tell its subscriptions and bindings (GET /v1.0/metadata): what the app calls of itself through Dapr with JSON is taken for a delivery. Does the API allowlist of its Configuration (spec.api) leave out metadata? Allow it with protocol http, version v1 and name metadata.';
