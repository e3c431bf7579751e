import { type Problem, problem } from '../diagnostic.ts';
import type { Path } from '../manifest/path.ts';
import type { MapValue } from '../manifest/value.ts';
import { formatDuration } from '../settings/duration.ts';
import type { WorkloadSettings } from '../settings/resolve.ts';
import type { Annotations } from './annotations.ts';
import { numberOf } from './pod.ts';

const defaultGraceSeconds = 30;

/** The grace period a manifest has, and the one that the settings raise it to. */
export const graceSeconds = (
  spec: MapValue,
  settings: WorkloadSettings,
): { readonly written: number | undefined; readonly seconds: number } => {
  const written = numberOf(spec['terminationGracePeriodSeconds']);
  const wanted = settings.gracePeriodMs === undefined ? 0 : Math.ceil(settings.gracePeriodMs / 1000);
  return { written, seconds: Math.max(written ?? defaultGraceSeconds, wanted) };
};

/** Whether it leaves time to drain. */
export const checkGrace = (
  seconds: number,
  settings: WorkloadSettings,
  annotations: Annotations,
): readonly Problem[] => {
  if (seconds <= 0) return [problem('no-grace-period', { seconds }, ['spec', 'terminationGracePeriodSeconds'])];
  const usedMs = settings.preStopDelayMs + settings.drainReserveMs;
  if (seconds * 1000 > usedMs) return [];
  const named = ['daps.io/pre-stop-delay', 'daps.io/drain-reserve', 'daps.io/grace-period'].find((name) =>
    annotations.texts.has(name),
  );
  const path: Path = named === undefined ? ['spec', 'terminationGracePeriodSeconds'] : [...annotations.path, named];
  const args = {
    gracePeriod: `${seconds}s`,
    preStopDelay: formatDuration(settings.preStopDelayMs),
    drainReserve: formatDuration(settings.drainReserveMs),
    needed: formatDuration(Math.ceil((usedMs + 20_000) / 1000) * 1000),
    spelling: settings.spellingOf('grace-period'),
  };
  return [problem('grace-period-too-short', args, path)];
};
