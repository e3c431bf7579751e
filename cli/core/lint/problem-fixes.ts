import type { Problem } from '../diagnostic.ts';
import { valueAt } from '../manifest/model/path.ts';
import { textOf } from '../manifest/object/pod.ts';
import type { Change } from '../manifest/write/change.ts';
import type { SceneObject } from './scene/scene.ts';

/** The change that mends a problem of `daps inject` for certain; undefined where a person must decide. */
export const fixOfProblem = ({ code, args, path }: Problem, object: SceneObject): readonly Change[] | undefined => {
  if (path === undefined) return undefined;
  switch (code) {
    case 'annotation-not-a-string':
      return args.quoted === undefined ? undefined : [{ op: 'set', path, value: JSON.parse(args.quoted) as string }];
    case 'unquoted-enabled':
    case 'native-sidecar-steered':
      return [{ op: 'set', path, value: 'true' }];
    case 'graceful-shutdown-too-long':
      return [{ op: 'set', path, value: args.instead }];
    case 'readiness-of-daprd':
    case 'probe-waits-for-gate': {
      const at = [...path, 'httpGet', 'path'];
      return textOf(valueAt(object.value, at)) === waitsForApp
        ? [{ op: 'set', path: at, value: `${waitsForApp}/outbound` }]
        : undefined;
    }
    default:
      return undefined;
  }
};

/** daprd's health, which waits for the app; `/outbound` below it does not (Dapr docs, reference/api/health_api). */
const waitsForApp = '/v1.0/healthz';
