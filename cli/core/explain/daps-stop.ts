import type { InjectFacts } from '../plan/plan.ts';
import { type DrainRun, drainOf } from './drain.ts';
import { type Intake, intakeOf } from './intake.ts';
import { named, possessive } from './name-words.ts';
import type { Pod } from './pod.ts';
import { daprdAsked, endMoments, endSignals, hookSignals, kubeletWaits } from './stop-end.ts';
import { at, atMost, msOf, stopMoment, unknown } from './stop-moment.ts';
import { daprdSpans, dapsSpans, peerSpans } from './stop-spans.ts';
import { callersWords, deletedWords, drainedWords, hookWords, sleepOf } from './stop-words.ts';
import { deleted, type Moment, type Part } from './timeline.ts';

/** The three drains that bound every other: with nothing to do, with callers, and with work that never ends. */
interface Drains {
  readonly idle: DrainRun;
  readonly called: DrainRun;
  readonly endless: DrainRun;
}

/** The end of an injected pod, from its deletion. */
export const dapsStop = (pod: Pod, facts: InjectFacts): Part => {
  const drains: Drains = {
    idle: drainOf(facts, 'none'),
    called: drainOf(facts, 'called'),
    endless: drainOf(facts, 'endless'),
  };
  return facts.preStop.kind === 'exec' ? execStop(pod, facts, drains) : keptStop(pod, facts, drains);
};

/** The app is kept until daps answers its hook. */
const keptStop = (pod: Pod, facts: InjectFacts, drains: Drains): Part => {
  const { idle, called, endless } = drains;
  const { app } = pod;
  const intake = intakeOf(facts);
  const sleepMs = sleepOf(facts);
  const isCalledLonger = called.endMs > idle.endMs;
  const worksOn = idle.worksOnUntilMs !== undefined && idle.worksOnUntilMs > 0 && intake === 'holds';
  const sleeps = sleepMs !== undefined && sleepMs > idle.endMs && sleepMs < endless.endMs;
  const both = { kept: named([app, ...facts.withoutHook]), hook: hookWords(facts) };
  const stayMoments: readonly Moment[] = [
    stopMoment('drained', at(idle.endMs), drainedWords(intake, facts, isCalledLonger, both.hook)),
    ...(isCalledLonger ? [stopMoment('callers-left', at(called.endMs), callersWords(app, intake))] : []),
    ...daprdEnded(pod, intake, drains),
    ...(sleeps
      ? [stopMoment('hook-over', at(sleepMs), `${possessive(app)} own sleep hook is over; it counts from the deletion`)]
      : []),
  ];
  const ordered = [...stayMoments].sort((a, b) => msOf(a) - msOf(b));
  const sleepsOn = sleepMs !== undefined && sleepMs >= endless.endMs;
  const earliest = sleeps ? 'hook-over' : 'drained';
  const holdsFrom = worksOn ? 'drained' : deleted;
  return {
    moments: [
      stopMoment(deleted, at(0), deletedWords(pod, intake, worksOn)),
      ...ordered,
      stopMoment(
        'deadline',
        atMost(endless.endMs),
        `the drain's deadline: ${both.kept} may stop, even with unfinished work`,
      ),
      ...endMoments(pod, facts, intake),
    ],
    spans: [
      ...dapsSpans(intake, holdsFrom),
      ...(worksOn ? [{ lane: 'app', from: deleted, to: 'drained', kind: 'works', words: 'works' } as const] : []),
      { lane: 'app', from: holdsFrom, to: 'deadline', kind: 'finishes', words: 'finishes its work' },
      { lane: 'app', from: 'deadline', to: 'app-ended', kind: 'ends', words: 'handles SIGTERM' },
      ...daprdSpans(intake, ordered.some(({ id }) => id === 'daprd-ended') ? 'daprd-ended' : 'deadline'),
      ...peerSpans(intake, holdsFrom),
    ],
    signals: [
      ...hookSignals(pod, facts),
      ...(intake === 'holds' ? [] : [daprdAsked(intake)]),
      ...(facts.preStop.kind === 'target' && sleepMs === undefined
        ? [{ at: 'drained', from: 'daps', to: 'app', words: `${possessive(app)} own hook: ${both.hook}` } as const]
        : []),
      ...(sleepsOn ? [] : [{ at: earliest, from: 'kubelet', to: 'app', words: 'SIGTERM, at the earliest' } as const]),
      ...(isCalledLonger && intake === 'holds'
        ? ([
            { at: 'callers-left', from: 'daps', to: 'daprd', words: 'keeps a call open and requests a shutdown' },
            { at: 'callers-left', from: 'daprd', to: 'peers', words: 'GOAWAY: callers go to other pods' },
          ] as const)
        : []),
      { at: 'deadline', from: 'kubelet', to: 'app', words: 'SIGTERM, at the latest' },
      ...endSignals(facts, intake),
    ],
    waits: [
      {
        who: 'kubelet',
        whom: 'daps',
        from: deleted,
        to: 'deadline',
        words: `sends ${both.kept} no SIGTERM until daps answers the hook`,
      },
      { who: 'daps', whom: 'app', from: deleted, to: 'deadline', words: 'until its work is finished' },
      ...kubeletWaits(facts, intake),
    ],
  };
};

/** The kubelet runs the app's own hook in its container, and sends SIGTERM when that ends. */
const execStop = (pod: Pod, facts: InjectFacts, drains: Drains): Part => {
  const { app } = pod;
  const intake = intakeOf(facts);
  return {
    moments: [
      stopMoment(
        deleted,
        at(0),
        `the pod is deleted; ${possessive(app)} own exec hook begins${intake === 'holds' ? '; daps holds new messages from now on' : ''}`,
      ),
      ...(intake === 'holds'
        ? []
        : [
            stopMoment('drained', at(drains.idle.endMs), 'pre-stop-delay is over: daps shuts daprd down'),
            ...daprdEnded(pod, intake, drains),
          ]),
      stopMoment('hook-over', unknown, `the exec hook ends: ${app} gets SIGTERM, even with unfinished work`),
      ...endMoments(pod, facts, intake),
    ],
    spans: [
      ...dapsSpans(intake, deleted),
      { lane: 'app', from: deleted, to: 'hook-over', kind: 'finishes', words: 'its exec hook runs' },
      { lane: 'app', from: 'hook-over', to: 'app-ended', kind: 'ends', words: 'handles SIGTERM' },
      ...daprdSpans(intake, 'app-ended'),
      ...peerSpans(intake, deleted),
    ],
    signals: [
      { at: deleted, from: 'kubelet', to: 'daps', words: 'preStop hook of daps: the pod is going' },
      { at: deleted, from: 'kubelet', to: 'app', words: `preStop hook of ${app}: its own command` },
      ...(intake === 'holds' ? [] : [daprdAsked(intake)]),
      { at: 'hook-over', from: 'kubelet', to: 'app', words: 'SIGTERM' },
      ...endSignals(facts, intake),
    ],
    waits: [
      {
        who: 'kubelet',
        whom: 'app',
        from: deleted,
        to: 'hook-over',
        words: `sends ${app} no SIGTERM until its own hook ends`,
      },
      ...kubeletWaits(facts, intake),
    ],
  };
};

/** When daprd has ended where it goes before the app, and nobody calls. */
const daprdEnded = ({ gracefulMs }: Pod, intake: Intake, { idle, endless }: Drains): readonly Moment[] => {
  const ms = intake === 'passes-once' ? endless.daprdEndedMs : idle.endMs + (gracefulMs ?? endless.endMs);
  return intake === 'holds' || ms === undefined || ms >= endless.endMs
    ? []
    : [stopMoment('daprd-ended', atMost(ms), 'daprd has ended; the app has no Dapr API from now on')];
};
