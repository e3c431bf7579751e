import { formatDuration } from '../../../proxy/contract/duration.ts';
import { appChannelPort, containerName } from '../../../proxy/contract/names.ts';
import { type AppProtocol, isHttp1 } from '../plan/dapr-checks.ts';
import { gateOf } from '../plan/gate.ts';
import type { InjectFacts } from '../plan/plan.ts';
import { targetWords } from '../report/coverage-words.ts';
import { initMoments, initSpans, injectedSteps, startWaits } from './init-steps.ts';
import { startWords } from './name-words.ts';
import type { Pod } from './pod.ts';
import type { Part } from './timeline.ts';

/** The start of an injected pod: everything waits for the app's own word. */
export const dapsStart = (pod: Pod, facts: InjectFacts): Part => {
  const { target, timeoutMs } = gateOf(facts);
  const { app } = pod;
  const { dapr } = facts;
  const asked = targetWords(target, dapr.appHost);
  const steps = injectedSteps(pod, facts);
  const port = `${dapr.appProtocol} ${dapr.appPort}`;
  const isOpenAnyway =
    timeoutMs === 'never'
      ? ''
      : `, or ${formatDuration(timeoutMs)} have passed since daps started and its port accepts a connection`;
  return {
    moments: [
      ...initMoments(steps, {
        daps: `${containerName} starts; nothing listens on ${appChannelPort}: the gate is closed`,
        daprd: `daprd starts and its API answers; it retries port ${appChannelPort} until the gate opens`,
      }),
      {
        id: 'app-starts',
        section: 'start',
        when: { kind: 'unknown' },
        words: startWords([app, ...pod.beside]),
      },
      {
        id: 'gate-opens',
        section: 'start',
        when: timeoutMs === 'never' ? { kind: 'unknown' } : { kind: 'at-most', ms: timeoutMs, since: 'daps-starts' },
        words: `the gate opens: ${app} is ready (${asked})${isOpenAnyway}`,
      },
      {
        id: 'subscribed',
        section: 'start',
        when: { kind: 'unknown' },
        words: 'daprd has subscribed and is ready; messages and calls arrive',
      },
    ],
    spans: [
      ...initSpans(steps),
      { lane: 'daps', from: 'daps-starts', to: 'gate-opens', kind: 'waits', words: 'gate closed' },
      { lane: 'daps', from: 'gate-opens', to: 'deleted', kind: 'works', words: 'gate open' },
      { lane: 'daprd', from: 'daprd-starts', to: 'gate-opens', kind: 'waits', words: 'waits for the app' },
      { lane: 'daprd', from: 'gate-opens', to: 'subscribed', kind: 'starts', words: 'subscribes' },
      { lane: 'daprd', from: 'subscribed', to: 'deleted', kind: 'works', words: 'delivers' },
      { lane: 'app', from: 'app-starts', to: 'gate-opens', kind: 'starts', words: 'starts' },
      { lane: 'app', from: 'gate-opens', to: 'deleted', kind: 'works', words: port },
      { lane: 'peers', from: 'subscribed', to: 'deleted', kind: 'works', words: 'messages, calls' },
    ],
    signals: [
      { at: 'app-starts', from: 'daps', to: 'app', words: `polls ${asked}` },
      { at: 'gate-opens', from: 'daprd', to: 'daps', words: `connects to ${appChannelPort}` },
      { at: 'subscribed', from: 'daprd', to: 'app', words: `${subscribeWords(dapr.appProtocol)}, through daps` },
    ],
    waits: [
      ...startWaits(steps, pod),
      { who: 'daps', whom: 'app', from: 'app-starts', to: 'gate-opens', words: `until it is ready (${asked})` },
      {
        who: 'daprd',
        whom: 'daps',
        from: 'daprd-starts',
        to: 'gate-opens',
        words: `until port ${appChannelPort} accepts a connection`,
      },
      { who: 'peers', whom: 'daprd', from: 'daprd-starts', to: 'subscribed', words: 'until it has subscribed' },
    ],
  };
};

/** What daprd asks an app once it finds it. */
export const subscribeWords = (protocol: AppProtocol): string =>
  isHttp1(protocol) || protocol === 'h2c'
    ? 'GET /dapr/config, GET /dapr/subscribe'
    : 'ListTopicSubscriptions, ListInputBindings';
