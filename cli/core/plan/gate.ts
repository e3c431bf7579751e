import type { InjectFacts } from './plan.ts';
import { type Target, urlHost } from './target.ts';

/** What opens the gate of a pod: what the sidecar asks the app, and when it stops waiting for the answer. */
export interface Gate {
  readonly target: Target;
  readonly timeoutMs: number | 'never';
}

const liftedTimeoutMs = 120_000;

/** ready-path, else the lifted readinessProbe, else a TCP connect. */
export const gateOf = (facts: InjectFacts): Gate => {
  const { readyPath, readyTimeoutMs } = facts.settings;
  const connect: Target = { url: `tcp://${urlHost(facts.dapr.appHost)}:${facts.dapr.appPort}`, headers: {} };
  return readyPath === undefined
    ? { target: facts.ready ?? connect, timeoutMs: readyTimeoutMs ?? liftedTimeoutMs }
    : { target: { url: appUrl(facts, readyPath), headers: {} }, timeoutMs: readyTimeoutMs ?? 'never' };
};

/** A path of the app, as the sidecar asks for it. */
export const appUrl = ({ dapr }: InjectFacts, path: string): string => {
  const scheme = dapr.appProtocol === 'https' || dapr.appProtocol === 'grpcs' ? 'https' : 'http';
  return `${scheme}://${urlHost(dapr.appHost)}:${dapr.appPort}${path}`;
};
