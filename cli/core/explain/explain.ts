import { drainTimeMs } from '../../../proxy/policy/drain-step.ts';
import type { WorkloadOutcome } from '../inject/inject.ts';
import { isHttp1 } from '../plan/dapr-checks.ts';
import { gateOf } from '../plan/gate.ts';
import type { InjectFacts } from '../plan/plan.ts';
import { uncoveredLines } from '../report/coverage-words.ts';
import { skipWords } from '../report/text.ts';
import { dapsStart } from './daps-start.ts';
import { dapsStop } from './daps-stop.ts';
import { nativeSteps, plainSteps, type Steps } from './init-steps.ts';
import { jobEnd } from './job-end.ts';
import { placeFinding } from './place-finding.ts';
import { plainStart } from './plain-start.ts';
import { plainStop } from './plain-stop.ts';
import { gracefulMs, type Pod, readPod } from './pod.ts';
import {
  type Finding,
  joinParts,
  type Lane,
  type LaneId,
  type NamedNumber,
  type Part,
  type Timeline,
} from './timeline.ts';

/** A workload to explain. */
export interface Explained {
  /** `Kind/namespace/name`, or `Kind/name`. */
  readonly name: string;
  readonly outcome: Pick<WorkloadOutcome, 'workload' | 'action' | 'reason' | 'facts' | 'daprd'>;
  /** What `inject` or `lint` found for it. */
  readonly findings: readonly Finding[];
}

/** The life of a workload's pods as daps will make it; with plain Dapr where daps leaves it alone. */
export const explain = (explained: Explained): Timeline => {
  const { outcome } = explained;
  const pod = podOf(explained);
  if (outcome.action === 'skipped') {
    const why = outcome.reason === undefined ? '' : `: ${skipWords[outcome.reason]}`;
    return plainTimeline(explained, pod, plainSteps(pod), 'plain-dapr', [`daps leaves this workload alone${why}`]);
  }
  return outcome.facts === undefined
    ? plainTimeline(explained, pod, nativeSteps(pod, outcome.daprd), 'daps', [
        'no app-port: daps has nothing to gate or to drain',
      ])
    : dapsTimeline(explained, pod, outcome.facts);
};

/** The same with Dapr alone, to hold the two side by side. What daps says of a workload is not said of it. */
export const explainPlain = (explained: Explained): Timeline => {
  const pod = podOf(explained);
  return plainTimeline({ ...explained, findings: [] }, pod, plainSteps(pod), 'plain-dapr', []);
};

const podOf = ({ outcome: { workload, facts } }: Explained): Pod =>
  readPod(workload.value, workload.kind, facts?.appContainer);

const dapsTimeline = (explained: Explained, pod: Pod, facts: InjectFacts): Timeline => {
  const { dapr, daprd, settings } = facts;
  const steered = facts.steered.get('dapr.io/graceful-shutdown-seconds');
  const endsMs = steered === undefined ? pod.gracefulMs : gracefulMs(steered);
  const own: Pod = {
    ...pod,
    app: facts.appContainer,
    beside: [...facts.withoutHook, ...facts.withHook],
    gracefulMs: endsMs,
  };
  const { timeoutMs } = gateOf(facts);
  const drain = { gracePeriodMs: facts.graceSeconds * 1000, drainReserveMs: settings.drainReserveMs };
  const raised = facts.graceSeconds * 1000 > pod.graceMs;
  const from = (name: Parameters<typeof settings.spellingOf>[0]): string => settings.spellingOf(name);
  return timeline(explained, own, 'daps', joinParts(dapsStart(own, facts), jobEnd(own, true), dapsStop(own, facts)), {
    summary: `${dapr.appProtocol} ${dapr.appPort} of "${facts.appContainer}", ${daprd.by === 'inline' ? `daprd ${daprd.version} inline` : "daprd by the cluster's injector"}`,
    numbers: [
      exactly('grace period', drain.gracePeriodMs, raised ? from('grace-period') : graceField),
      exactly('pre-stop-delay', settings.preStopDelayMs, from('pre-stop-delay')),
      exactly('caller-delay', settings.callerDelayMs, from('caller-delay')),
      { name: 'drain', ms: drainTimeMs(drain), bound: 'at-most', from: 'grace period less drain-reserve' },
      { name: 'drain-reserve', ms: settings.drainReserveMs, bound: 'at-least', from: from('drain-reserve') },
      {
        name: 'ready-timeout',
        ms: timeoutMs === 'never' ? undefined : timeoutMs,
        bound: 'at-most',
        from: from('ready-timeout'),
      },
      ...(isHttp1(dapr.appProtocol)
        ? []
        : [{ name: "daprd's end", ms: endsMs, bound: 'at-most', from: 'dapr.io/graceful-shutdown-seconds' } as const]),
    ],
    notes: uncoveredLines(facts).map((line) => `not covered: ${line}`),
  });
};

const graceField = 'terminationGracePeriodSeconds';

const exactly = (name: string, ms: number, from: string): NamedNumber => ({ name, ms, bound: 'exactly', from });

const plainTimeline = (
  explained: Explained,
  pod: Pod,
  steps: Steps,
  by: Timeline['by'],
  notes: readonly string[],
): Timeline => {
  const { dapr } = pod;
  const isNative = steps.some(({ who }) => who === 'daprd');
  const channel = dapr.appPort === undefined ? 'no app-port' : `${dapr.appProtocol} ${dapr.appPort} of "${pod.app}"`;
  return timeline(
    explained,
    pod,
    by,
    joinParts(plainStart(pod, steps), jobEnd(pod, isNative), plainStop(pod, isNative)),
    {
      summary: `${channel}, daprd ${isNative ? 'a native sidecar' : 'an ordinary container'}`,
      numbers: [
        exactly('grace period', pod.graceMs, graceField),
        { name: "daprd's end", ms: pod.gracefulMs, bound: 'at-most', from: 'dapr.io/graceful-shutdown-seconds' },
        ...(pod.blockMs === undefined
          ? []
          : [
              {
                name: 'block-shutdown',
                ms: pod.blockMs,
                bound: 'at-least',
                from: 'dapr.io/block-shutdown-duration',
              } as const,
            ]),
      ],
      notes: [...notes, ...(pod.isJob && !isNative ? [jobNote] : [])],
    },
  );
};

const jobNote = 'a Job with daprd as an ordinary container does not complete before daprd exits';

const timeline = (
  { name, findings }: Explained,
  pod: Pod,
  by: Timeline['by'],
  part: Part,
  words: Pick<Timeline, 'summary' | 'numbers' | 'notes'>,
): Timeline => {
  const used = new Set<LaneId>([
    ...part.spans.map(({ lane }) => lane),
    ...part.signals.flatMap(({ from, to }) => [from, to]),
  ]);
  const lanes = lanesOf(pod).filter(({ id }) => used.has(id) || id === 'kubelet');
  return {
    workload: name,
    by,
    ...words,
    lanes,
    ...part,
    findings: findings.map((finding) => placeFinding(finding, part.moments, lanes)),
  };
};

const lanesOf = ({ app }: Pod): readonly Lane[] => [
  { id: 'kubelet', label: 'kubelet' },
  { id: 'init', label: 'init' },
  { id: 'app', label: app },
  { id: 'daps', label: 'daps' },
  { id: 'daprd', label: 'daprd' },
  { id: 'peers', label: 'broker, callers' },
];
