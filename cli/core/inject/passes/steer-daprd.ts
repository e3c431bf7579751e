import { appChannelPort } from '../../../../proxy/contract.ts';
import type { Change } from '../../manifest/change.ts';
import type { Pass } from '../pass.ts';

const annotation = (name: string, value: string): Change => ({
  op: 'set',
  path: ['metadata', 'annotations', `dapr.io/${name}`],
  value,
});

/** daprd as a native sidecar, which the injector adds (dapr/dapr ≥ 1.18 pkg/injector/patcher). */
export const nativeSidecar: Change = annotation('enable-native-sidecar', 'true');

/** Points daprd at the daps sidecar: plain text on the app channel port, over loopback; TLS is spoken from there on. */
export const steerDaprd: Pass = ({ facts: { dapr, hasLegacySsl } }) => [
  annotation('app-port', String(appChannelPort)),
  ...(dapr.appProtocol === 'https' ? [annotation('app-protocol', 'http')] : []),
  ...(dapr.appProtocol === 'grpcs' ? [annotation('app-protocol', 'grpc')] : []),
  ...(hasLegacySsl ? [annotation('app-ssl', 'false')] : []),
  ...(dapr.appHost === '127.0.0.1' ? [] : [annotation('app-channel-address', '127.0.0.1')]),
  nativeSidecar,
];
