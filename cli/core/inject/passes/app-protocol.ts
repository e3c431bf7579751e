import type { Pass } from './pass.ts';

/**
 * Dapr's injector tells the app its protocol from the annotation (pkg/injector/patcher/sidecar_patcher.go), which now
 * says how daprd speaks to the sidecar. Apps that read it must go on with what they speak; an existing name is kept.
 */
export const appProtocol: Pass = ({ facts: { dapr, daprd, protocolReaders } }) =>
  daprd.by === 'injector' && (dapr.appProtocol === 'https' || dapr.appProtocol === 'grpcs')
    ? protocolReaders.map((name) => ({
        op: 'insert',
        path: ['spec', 'containers', { name }, 'env'],
        items: [{ name: 'APP_PROTOCOL', value: dapr.appProtocol }],
      }))
    : [];
