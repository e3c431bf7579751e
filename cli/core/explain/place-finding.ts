import type { Finding, Lane, LaneId, Moment, MomentId, PlacedFinding } from './timeline.ts';

/** Where something bites: the first of these moments that the timeline has. */
interface Bite {
  readonly lane: LaneId;
  readonly at: readonly MomentId[];
}

/** By what a finding's field or id is about, the more particular first. */
const bites: readonly (readonly [pattern: RegExp, Bite])[] = [
  [/app-health/, { lane: 'daprd', at: ['app-found', 'subscribed'] }],
  [/block-shutdown/, { lane: 'daprd', at: ['block-over', 'drained', 'deleted'] }],
  [/graceful-shutdown/, { lane: 'daprd', at: ['daprd-ended', 'app-ended'] }],
  [/drain-reserve/, { lane: 'app', at: ['deadline', 'killed'] }],
  [/grace-?period|terminationGracePeriodSeconds/i, { lane: 'kubelet', at: ['killed'] }],
  [/caller-delay/, { lane: 'app', at: ['callers-left', 'drained'] }],
  [/pre-stop-delay|busy-path/, { lane: 'app', at: ['drained'] }],
  [/pre-?stop|lifecycle|hook/i, { lane: 'app', at: ['hook-over', 'deleted'] }],
  [/allowlist|redelivery|requeue/, { lane: 'daprd', at: ['app-ended', 'daprd-ended'] }],
  [/daprd-before|initContainers|init-container/, { lane: 'init', at: ['init-1', 'init-2', 'app-starts'] }],
  [/ready-|readinessProbe|livenessProbe|startupProbe|probe/, { lane: 'app', at: ['gate-opens', 'app-ready'] }],
  [/app-port|app-protocol|app-ssl|channel/, { lane: 'daprd', at: ['gate-opens', 'app-found', 'app-starts'] }],
  [/sidecar-image|daprd|dapr-version|webhook|anchor/, { lane: 'daprd', at: ['daprd-starts', 'app-starts'] }],
];

/** Puts a finding to the lane and the moment it bites at; one of the whole workload to its beginning. */
export const placeFinding = (finding: Finding, moments: readonly Moment[], lanes: readonly Lane[]): PlacedFinding => {
  const has = (id: MomentId): boolean => moments.some((moment) => moment.id === id);
  const texts = [finding.field ?? '', finding.id];
  for (const text of texts)
    for (const [pattern, { lane, at }] of bites) {
      const found = pattern.test(text) && lanes.some(({ id }) => id === lane) ? at.find(has) : undefined;
      if (found !== undefined) return { ...finding, lane, at: found };
    }
  return { ...finding, lane: 'kubelet', at: moments[0]?.id ?? 'deleted' };
};
