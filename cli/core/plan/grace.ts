import { formatDuration } from '../../../proxy/contract/duration.ts';
import { type Problem, problem } from '../diagnostic.ts';
import type { Path } from '../manifest/model/path.ts';
import type { MapValue } from '../manifest/model/value.ts';
import { numberOf } from '../manifest/object/pod.ts';
import type { WorkloadSettings } from '../settings/resolve-workload.ts';
import type { Annotations } from './annotations.ts';

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

/** What daps takes of the grace period, and what there is to say about it. */
export interface FittedGrace {
  readonly settings: WorkloadSettings;
  readonly problems: readonly Problem[];
}

/**
 * A grace period that a manifest writes holds: where it is too short for the delay and the reserve, each becomes a
 * quarter of it, and half is left to drain. What the workload's own annotations say stays, and must fit.
 */
export const fitGrace = (
  { written, seconds }: ReturnType<typeof graceSeconds>,
  settings: WorkloadSettings,
  annotations: Annotations,
): FittedGrace => {
  const at: Path = ['spec', 'terminationGracePeriodSeconds'];
  if (seconds <= 0) return { settings, problems: [problem('no-grace-period', { seconds: written ?? seconds }, at)] };
  const graceMs = seconds * 1000;
  const usedMs = settings.preStopDelayMs + settings.drainReserveMs;
  if (graceMs > usedMs) return { settings, problems: [] };
  const isOwn = (name: string): boolean => annotations.texts.has(`daps.io/${name}`);
  const share = (name: string, ms: number): number => (isOwn(name) ? ms : Math.min(ms, graceMs / 4));
  const fitted: WorkloadSettings = {
    ...settings,
    preStopDelayMs: share('pre-stop-delay', settings.preStopDelayMs),
    drainReserveMs: share('drain-reserve', settings.drainReserveMs),
  };
  const canFit = written !== undefined && !isOwn('grace-period');
  const args = (used: WorkloadSettings) => ({
    gracePeriod: `${seconds}s`,
    preStopDelay: formatDuration(used.preStopDelayMs),
    drainReserve: formatDuration(used.drainReserveMs),
    needed: formatDuration(Math.ceil((usedMs + 20_000) / 1000) * 1000),
    spelling: settings.spellingOf('grace-period'),
  });
  if (canFit && fitted.preStopDelayMs + fitted.drainReserveMs < graceMs)
    return { settings: fitted, problems: [problem('short-grace-period', args(fitted), at)] };
  const named = ['pre-stop-delay', 'drain-reserve', 'grace-period'].find(isOwn);
  const path: Path = named === undefined ? at : [...annotations.path, `daps.io/${named}`];
  return { settings, problems: [problem('grace-period-too-short', args(settings), path)] };
};
