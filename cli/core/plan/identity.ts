import { type Problem, problem } from '../diagnostic.ts';
import type { MapValue } from '../manifest/model/value.ts';
import { mapOf, nameOf } from '../manifest/object/pod.ts';
import type { Annotations } from './annotations.ts';
import type { DaprFacts } from './dapr-checks.ts';

/** Kinds whose pods get their name after admission (`generateName`), when Dapr's injector has denied them already. */
const namedTooLate = [
  'Deployment',
  'DaemonSet',
  'ReplicaSet',
  'ReplicationController',
  'DeploymentConfig',
  'Job',
  'CronJob',
  'ScaledJob',
  'Rollout',
];

/** Without an app-id it is the pod's name (`GetAppID`), which only a Pod has in a manifest. */
export const checkIdentity = (
  dapr: DaprFacts,
  annotations: Annotations,
  template: MapValue,
  kind: string,
  inline: boolean,
): readonly Problem[] => {
  if (dapr.appId !== undefined) return [];
  const args = { kind, example: annotations.texts.get('dapr.io/id') || 'my-app' };
  if (namedTooLate.includes(kind)) return [problem('missing-app-id', args, annotations.path)];
  const hasName = kind === 'Pod' && nameOf(mapOf(template['metadata'])) !== '';
  return inline && !hasName ? [problem('unknown-app-id', args, annotations.path)] : [];
};
