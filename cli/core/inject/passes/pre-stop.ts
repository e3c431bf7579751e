import { controlPort, paths } from '../../../../proxy/contract/names.ts';
import { unreachable } from '../../../../proxy/contract/unreachable.ts';
import { int } from '../../manifest/model/value.ts';
import type { Change } from '../../manifest/write/change.ts';
import type { Handler } from '../../plan/http-target.ts';
import type { Pass } from './pass.ts';

/**
 * The app container's preStop: the kubelet sends no SIGTERM before the sidecar has answered it. A hook that was there
 * is run by the sidecar after the drain; an exec hook cannot be, and stays. The containers beside the app, which it may
 * need while it works, get a hook where they have none.
 */
export const preStop: Pass = ({ facts: { appContainer, preStop: own, withoutHook } }) => [
  ...ownHook(appContainer, own),
  ...withoutHook.map((name) => hookOf(name, paths.containerShutdown)),
];

const ownHook = (appContainer: string, own: Handler): readonly Change[] => {
  switch (own.kind) {
    case 'exec':
      return [];
    case 'none':
    case 'target':
      return [hookOf(appContainer, paths.appShutdown)];
    default:
      return unreachable(own);
  }
};

const hookOf = (name: string, path: string): Change => ({
  op: 'set',
  path: ['spec', 'containers', { name }, 'lifecycle', 'preStop'],
  value: { httpGet: { path, port: int(controlPort) } },
});
