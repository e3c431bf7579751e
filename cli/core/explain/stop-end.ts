import { formatDuration } from '../../../proxy/contract/duration.ts';
import type { InjectFacts } from '../plan/plan.ts';
import type { Intake } from './intake.ts';
import { named } from './name-words.ts';
import type { Pod } from './pod.ts';
import { atMost, stopMoment } from './stop-moment.ts';
import { deleted, type Moment, type Signal, type Wait } from './timeline.ts';

/** Acks reach the broker before daprd is ended (proxy/lifecycle/daprd-end.ts). */
const afterLastAnswerMs = 500;

export const endMoments = ({ app, graceMs }: Pod, { graceSeconds }: InjectFacts, intake: Intake): readonly Moment[] => [
  stopMoment(
    'app-ended',
    { kind: 'unknown' },
    `${app} has exited; then daps ${intake === 'holds' ? 'ends daprd and exits' : 'exits'}`,
  ),
  stopMoment(
    'killed',
    atMost(Math.max(graceMs, graceSeconds * 1000)),
    'the grace period is over: SIGKILL for every container that still runs',
  ),
];

export const hookSignals = ({ app }: Pod, { withoutHook }: InjectFacts): readonly Signal[] => [
  { at: deleted, from: 'kubelet', to: 'daps', words: 'preStop hook of daps: the pod is being deleted' },
  {
    at: deleted,
    from: 'kubelet',
    to: 'app',
    words: `preStop hook of ${named([app, ...withoutHook])}: daps answers when ${withoutHook.length === 0 ? 'it' : 'they'} may stop`,
  },
];

export const daprdAsked = (intake: 'passes-unread' | 'passes-once'): Signal => ({
  at: 'drained',
  from: 'daps',
  to: 'daprd',
  words: intake === 'passes-once' ? 'forced shutdown, before the app' : 'shutdown, before the app',
});

/** The last sidecar that is there, which the kubelet ends first. */
const firstEnded = ({ daprdPlace }: InjectFacts, intake: Intake): 'daps' | 'daprd' =>
  daprdPlace === 'before' || intake !== 'holds' ? 'daps' : 'daprd';

export const endSignals = (facts: InjectFacts, intake: Intake): readonly Signal[] => [
  {
    at: 'app-ended',
    from: 'kubelet',
    to: firstEnded(facts, intake),
    words: 'SIGTERM: every other container has exited',
  },
  ...(intake === 'holds'
    ? ([
        {
          at: 'app-ended',
          from: 'daps',
          to: 'daprd',
          words: `forced shutdown, ${formatDuration(afterLastAnswerMs)} after the last answer at the earliest`,
        },
        { at: 'app-ended', from: 'daprd', to: 'peers', words: 'what was held goes back to the broker' },
      ] as const)
    : []),
];

export const kubeletWaits = (facts: InjectFacts, intake: Intake): readonly Wait[] => [
  {
    who: 'kubelet',
    whom: 'app',
    from: deleted,
    to: 'app-ended',
    words: `sends ${firstEnded(facts, intake)} no SIGTERM until every other container has exited`,
  },
];
