import { subscribeWords } from './daps-start.ts';
import { initMoments, initSpans, type Steps, startWaits } from './init-steps.ts';
import { possessive, startWords } from './name-words.ts';
import type { Pod } from './pod.ts';
import type { Moment, Part } from './timeline.ts';

const unknown: Moment['when'] = { kind: 'unknown' };
const start = (id: string, words: string): Moment => ({ id, section: 'start', when: unknown, words });

/**
 * The start of a pod with daprd alone. A native daprd is the last init container, any other starts beside the app (Dapr
 * 1.18.1, pkg/injector/patcher/sidecar_patcher.go); both wait for no more than a connection to the app's port
 * (pkg/runtime/runtime.go, `blockUntilAppIsReady`).
 */
export const plainStart = (pod: Pod, steps: Steps): Part => {
  const isNative = steps.some(({ who }) => who === 'daprd');
  const daprdStarts = isNative ? 'daprd-starts' : 'app-starts';
  const others = [pod.app, ...pod.beside, ...(isNative ? [] : ['daprd'])];
  const moments = initMoments(steps, { daps: '', daprd: 'daprd starts and its API answers' });
  const begins: Part = {
    moments: [...moments, start('app-starts', startWords(others))],
    spans: initSpans(steps),
    signals: [],
    waits: [...startWaits(steps, pod)],
  };
  return pod.dapr.appPort === undefined
    ? withoutChannel(pod, begins, daprdStarts)
    : withChannel(pod, pod.dapr.appPort, begins, daprdStarts);
};

/** Nothing comes in through Dapr. */
const withoutChannel = ({ app }: Pod, begins: Part, daprdStarts: string): Part => ({
  ...begins,
  moments: [...begins.moments, start('app-ready', `${app} works; without an app-port, Dapr sends it nothing`)],
  spans: [
    ...begins.spans,
    { lane: 'daprd', from: daprdStarts, to: 'deleted', kind: 'works', words: 'serves its API' },
    { lane: 'app', from: 'app-starts', to: 'app-ready', kind: 'starts', words: 'starts' },
    { lane: 'app', from: 'app-ready', to: 'deleted', kind: 'works', words: 'works' },
  ],
});

const withChannel = (pod: Pod, port: number, begins: Part, daprdStarts: string): Part => {
  const { app, dapr } = pod;
  const asksHealth = dapr.appHealthPath !== undefined;
  const found = asksHealth
    ? `daprd's own app health check (GET ${dapr.appHealthPath}) succeeds: daprd subscribes`
    : `port ${port} accepts a connection, which is all daprd waits for: daprd subscribes`;
  const early = asksHealth ? 'works' : 'harms';
  return {
    moments: [
      ...begins.moments,
      start('app-found', found),
      start('subscribed', `messages and calls arrive${asksHealth ? '' : `, whether ${app} is ready or not`}`),
      start(
        'app-ready',
        pod.hasReadinessProbe ? `${possessive(app)} readinessProbe succeeds` : `${app} is ready; nothing checks this`,
      ),
    ],
    spans: [
      ...begins.spans,
      { lane: 'daprd', from: daprdStarts, to: 'app-found', kind: 'waits', words: 'waits for the app' },
      { lane: 'daprd', from: 'app-found', to: 'subscribed', kind: 'starts', words: 'subscribes' },
      { lane: 'daprd', from: 'subscribed', to: 'deleted', kind: 'works', words: 'delivers' },
      { lane: 'app', from: 'app-starts', to: 'app-ready', kind: 'starts', words: 'starts' },
      { lane: 'app', from: 'app-ready', to: 'deleted', kind: 'works', words: `${dapr.appProtocol} ${port}` },
      { lane: 'peers', from: 'subscribed', to: 'app-ready', kind: early, words: asksHealth ? 'messages' : 'early' },
      { lane: 'peers', from: 'app-ready', to: 'deleted', kind: 'works', words: 'messages, calls' },
    ],
    signals: [
      { at: 'app-found', from: 'daprd', to: 'app', words: `${subscribeWords(dapr.appProtocol)}, once and never again` },
    ],
    waits: [
      ...begins.waits,
      {
        who: 'daprd',
        whom: 'app',
        from: daprdStarts,
        to: 'app-found',
        words: asksHealth ? 'until its health check succeeds' : `until port ${port} accepts a connection`,
      },
    ],
  };
};
