import { fail, ok, type Result } from '../../../proxy/contract/result.ts';
import { type Problem, problem } from '../diagnostic.ts';
import type { Path } from '../manifest/model/path.ts';
import type { MapValue } from '../manifest/model/value.ts';
import { containerPorts, nameOf } from '../manifest/object/pod.ts';
import { nearest } from '../nearest.ts';
import type { SettingValue } from '../settings/resolve-workload.ts';
import { annotationOf } from '../settings/workload-settings.ts';

/** The app container: the named one; else the one that declares the app-port, is called `app`, or is the only one. */
export const findAppContainer = (
  containers: readonly MapValue[],
  wanted: SettingValue | undefined,
  appPort: number,
  notTheApp: readonly string[],
): Result<MapValue, Problem> => {
  const candidates = containers.filter((container) => !notTheApp.includes(nameOf(container)));
  const names = candidates.map(nameOf).filter((name) => name !== '');
  const path: Path = ['spec', 'containers'];
  if (wanted !== undefined) {
    const found = candidates.find((container) => nameOf(container) === wanted.text);
    if (found !== undefined) return ok(found);
    return fail(
      problem(
        'unknown-container',
        { name: wanted.text, containers: names, nearest: nearest(wanted.text, names), spelling: wanted.spelling },
        wanted.spelling === annotationOf('container') ? ['metadata', 'annotations', wanted.spelling] : path,
      ),
    );
  }
  const declaring = candidates.filter((container) => containerPorts(container).includes(appPort));
  const [only] = candidates;
  const found =
    (declaring.length === 1 ? declaring[0] : undefined) ??
    candidates.find((container) => nameOf(container) === 'app') ??
    (candidates.length === 1 ? only : undefined);
  return found === undefined || nameOf(found) === ''
    ? fail(
        names.length < 2
          ? problem('no-app-container', {}, path)
          : problem('ambiguous-app-container', { containers: names, declaring: declaring.map(nameOf) }, path),
      )
    : ok(found);
};
