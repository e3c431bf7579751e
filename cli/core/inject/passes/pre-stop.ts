import { controlPort, paths } from '../../../../proxy/contract.ts';
import { int } from '../../manifest/value.ts';
import { unreachable } from '../../unreachable.ts';
import type { Pass } from '../pass.ts';

/**
 * The app container's preStop: the kubelet sends no SIGTERM before the sidecar has answered it. A hook that was there
 * is run by the sidecar after the drain; an exec hook cannot be, and stays.
 */
export const preStop: Pass = ({ facts: { appContainer, preStop: own } }) => {
  switch (own.kind) {
    case 'exec':
      return [];
    case 'none':
    case 'target': {
      const path = ['spec', 'containers', { name: appContainer }, 'lifecycle', 'preStop'];
      return [{ op: 'set', path, value: { httpGet: { path: paths.appShutdown, port: int(controlPort) } } }];
    }
    default:
      return unreachable(own);
  }
};
