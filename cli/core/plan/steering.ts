import { appChannelPort } from '../../../proxy/contract/names.ts';
import { isTruthy } from '../dapr/truthy.ts';
import { type Problem, problem } from '../diagnostic.ts';
import type { Annotations } from './annotations.ts';
import { type DaprFacts, longestGracefulSeconds } from './dapr-checks.ts';

/** What the annotations say instead, so that daprd finds the daps sidecar: plain text, over loopback; TLS is spoken from there on. */
export const steeredAnnotations = (dapr: DaprFacts, hasLegacySsl: boolean): ReadonlyMap<string, string> =>
  new Map([
    ['dapr.io/app-port', String(appChannelPort)],
    ...(dapr.appProtocol === 'https' ? [['dapr.io/app-protocol', 'http'] as const] : []),
    ...(dapr.appProtocol === 'grpcs' ? [['dapr.io/app-protocol', 'grpc'] as const] : []),
    ...(hasLegacySsl ? [['dapr.io/app-ssl', 'false'] as const] : []),
    ...(dapr.endsTooLate ? [['dapr.io/graceful-shutdown-seconds', String(longestGracefulSeconds)] as const] : []),
    ...(dapr.appHost === '127.0.0.1' ? [] : [['dapr.io/app-channel-address', '127.0.0.1'] as const]),
  ]);

/** daprd as a native sidecar (Dapr from 1.18 on), so that it outlives the app. */
export const nativeSidecarAnnotation = 'dapr.io/enable-native-sidecar';

/** The user's own word against a native sidecar, which does not hold. */
export const checkNativeSidecar = ({ texts, path }: Annotations): readonly Problem[] => {
  const text = texts.get(nativeSidecarAnnotation);
  return text === undefined || isTruthy(text)
    ? []
    : [problem('native-sidecar-steered', { text }, [...path, nativeSidecarAnnotation])];
};
