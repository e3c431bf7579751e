import { formatDuration, parseDurationMs } from '../../../proxy/contract/duration.ts';
import { unreachable } from '../../../proxy/contract/unreachable.ts';
import { targetWords } from '../report/coverage-words.ts';
import { possessive } from './name-words.ts';
import type { Pod } from './pod.ts';
import { at, atMost, msOf, stopMoment, unknown } from './stop-moment.ts';
import { deleted, type Moment, type Part, type Signal } from './timeline.ts';

/**
 * The end of a pod with daprd alone: a native daprd gets its SIGTERM when every other container has ended (kubelet,
 * kuberuntime_termination_order.go), any other with the app. What daprd does then: Dapr 1.18.1, pkg/runtime/runtime.go.
 */
export const plainStop = (pod: Pod, isNative: boolean): Part => {
  const app = appEnd(pod);
  const daprd = isNative ? nativeEnd(pod) : regularEnd(pod);
  const killed = stopMoment(
    'killed',
    atMost(pod.graceMs),
    'the grace period is over: SIGKILL for every container that still runs',
  );
  const middle = [...app.moments, ...daprd.moments];
  const timed = middle.filter(({ when }) => when.kind !== 'unknown').sort((a, b) => msOf(a) - msOf(b));
  const hook = pod.hook.kind === 'none' ? 'SIGTERM at once' : 'its preStop hook begins';
  const first = stopMoment(
    deleted,
    at(0),
    `the pod is deleted; ${pod.app}: ${hook}${isNative ? '' : '; daprd: SIGTERM at once'}`,
  );
  return {
    moments: [first, ...timed, ...middle.filter(({ when }) => when.kind === 'unknown'), killed],
    spans: [...app.spans, ...daprd.spans],
    signals: [...app.signals, ...daprd.signals],
    waits: [...app.waits, ...daprd.waits],
  };
};

/** The app's hook, its SIGTERM and its end. */
const appEnd = (pod: Pod): Part => {
  const { app } = pod;
  const ended = stopMoment('app-ended', unknown, `${app} has exited`);
  const ends = (from: string): Part['spans'][number] => ({
    lane: 'app',
    from,
    to: 'app-ended',
    kind: 'ends',
    words: 'handles SIGTERM',
  });
  const hook = hookOf(pod);
  if (hook === undefined)
    return {
      moments: [ended],
      spans: [ends(deleted)],
      signals: [{ at: deleted, from: 'kubelet', to: 'app', words: 'SIGTERM' }],
      waits: [],
    };
  return {
    moments: [
      stopMoment('hook-over', hook.when, `${possessive(app)} preStop hook is over (${hook.words}): SIGTERM`),
      ended,
    ],
    spans: [{ lane: 'app', from: deleted, to: 'hook-over', kind: 'works', words: 'works' }, ends('hook-over')],
    signals: [
      { at: deleted, from: 'kubelet', to: 'app', words: `preStop hook: ${hook.words}` },
      { at: 'hook-over', from: 'kubelet', to: 'app', words: 'SIGTERM' },
    ],
    waits: [
      {
        who: 'kubelet',
        whom: 'app',
        from: deleted,
        to: 'hook-over',
        words: `sends ${app} no SIGTERM until its hook ends`,
      },
    ],
  };
};

const hookOf = ({
  hook,
  dapr,
  graceMs,
}: Pod): { readonly words: string; readonly when: Moment['when'] } | undefined => {
  switch (hook.kind) {
    case 'none':
      return undefined;
    case 'exec':
      return { words: 'its own command', when: unknown };
    case 'target': {
      const { url } = hook.target;
      const ms = url.startsWith('sleep:') ? parseDurationMs(url.slice('sleep:'.length)) : undefined;
      return ms === undefined
        ? { words: targetWords(hook.target, dapr.appHost), when: unknown }
        : { words: `sleep ${formatDuration(ms)}`, when: at(Math.min(ms, graceMs)) };
    }
    default:
      return unreachable(hook);
  }
};

const limitWords = ({ gracefulMs }: Pod): string =>
  gracefulMs === undefined ? 'however long it takes' : `at most ${formatDuration(gracefulMs)}`;

/** daprd beside the app: SIGTERM at the deletion. */
const regularEnd = (pod: Pod): Part => {
  const { gracefulMs, blockMs, graceMs, dapr } = pod;
  const hasChannel = dapr.appPort !== undefined;
  const isBlocked = blockMs !== undefined && blockMs < graceMs;
  const isTimed = !isBlocked && gracefulMs !== undefined && gracefulMs < graceMs;
  const ended = `daprd has exited${hasChannel ? '; unfinished work is cut' : ''}`;
  const endsFrom = isBlocked ? 'block-over' : deleted;
  const told = isBlocked
    ? 'SIGTERM; it takes no new messages, and its API stays open'
    : `SIGTERM; it closes its API and waits for unfinished work ${limitWords(pod)}`;
  return {
    moments: [
      ...(isBlocked ? [stopMoment('block-over', at(blockMs), blockWords)] : []),
      stopMoment('daprd-ended', isTimed ? atMost(gracefulMs) : unknown, ended),
    ],
    spans: [
      ...(isBlocked
        ? [{ lane: 'daprd', from: deleted, to: 'block-over', kind: 'finishes', words: 'takes no more' } as const]
        : []),
      { lane: 'daprd', from: endsFrom, to: 'daprd-ended', kind: 'ends', words: `ends: ${limitWords(pod)}` },
      ...(hasChannel
        ? [{ lane: 'peers', from: endsFrom, to: 'daprd-ended', kind: 'harms', words: 'cut, lost' } as const]
        : []),
    ],
    signals: [{ at: deleted, from: 'kubelet', to: 'daprd', words: told }],
    waits: hasChannel
      ? [
          {
            who: 'daprd',
            whom: 'app',
            from: deleted,
            to: 'daprd-ended',
            words: `for its unfinished work${isBlocked ? '' : `, ${limitWords(pod)}`}`,
          },
        ]
      : [],
  };
};

/** The time counts from when its subscriptions have stopped (Dapr 1.18.1, pkg/runtime/runtime.go). */
const blockWords =
  'block-shutdown-duration is over at the earliest, because it counts from the last answer; daprd begins to shut down';

/** daprd as a native sidecar: it delivers until the app has ended. */
const nativeEnd = (pod: Pod): Part => {
  const hasChannel = pod.dapr.appPort !== undefined;
  const sigterm: Signal = {
    at: 'app-ended',
    from: 'kubelet',
    to: 'daprd',
    words: `SIGTERM: every other container has exited; it exits within ${limitWords(pod).replace('at most ', '')}`,
  };
  return {
    moments: [],
    spans: [
      {
        lane: 'daprd',
        from: deleted,
        to: 'app-ended',
        kind: 'works',
        words: hasChannel ? 'delivers' : 'serves its API',
      },
      { lane: 'daprd', from: 'app-ended', to: 'killed', kind: 'ends', words: 'ends' },
      ...(hasChannel
        ? [{ lane: 'peers', from: deleted, to: 'app-ended', kind: 'harms', words: 'to an app that stops' } as const]
        : []),
    ],
    signals: [sigterm],
    waits: [
      {
        who: 'kubelet',
        whom: 'app',
        from: deleted,
        to: 'app-ended',
        words: 'sends daprd no SIGTERM until every other container has exited',
      },
    ],
  };
};
