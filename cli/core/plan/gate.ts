import { usualProbePeriodS, usualProbeTimeoutS } from '../../../proxy/contract/names.ts';
import { type HttpTarget, urlHost } from './http-target.ts';
import type { InjectFacts } from './plan.ts';

/** What opens the gate of a pod: what the sidecar asks the app, and when it stops waiting for the answer. */
export interface Gate {
  readonly target: HttpTarget;
  readonly timeoutMs: number | 'never';
  /** How long one answer may take, and the pause between two questions; undefined where it is the usual time. */
  readonly answerSeconds: number | undefined;
  readonly periodSeconds: number | undefined;
}

const liftedTimeoutMs = 120_000;

/** ready-path, else the lifted readinessProbe, else a TCP connect. */
export const gateOf = (facts: InjectFacts): Gate => {
  const { readyPath, readyTimeoutMs } = facts.settings;
  const connect: HttpTarget = { url: `tcp://${urlHost(facts.dapr.appHost)}:${facts.dapr.appPort}`, headers: {} };
  const usual = { answerSeconds: undefined, periodSeconds: undefined };
  if (readyPath !== undefined)
    return { ...usual, target: { url: appUrl(facts, readyPath), headers: {} }, timeoutMs: readyTimeoutMs ?? 'never' };
  const timeoutMs = readyTimeoutMs ?? liftedTimeoutMs;
  if (facts.ready === undefined) return { ...usual, target: connect, timeoutMs };
  const { timeoutSeconds, periodSeconds } = facts.probeTimes;
  return {
    target: facts.ready,
    timeoutMs,
    answerSeconds: above(usualProbeTimeoutS, timeoutSeconds),
    periodSeconds: above(usualProbePeriodS, periodSeconds),
  };
};

/** The app may take longer, and be asked less often, than usual; the sidecar never asks more often. */
const above = (usual: number, seconds: number | undefined): number | undefined =>
  seconds !== undefined && seconds > usual ? seconds : undefined;

/** A path of the app, as the sidecar asks for it. */
export const appUrl = ({ dapr }: InjectFacts, path: string): string => {
  const scheme = dapr.appProtocol === 'https' || dapr.appProtocol === 'grpcs' ? 'https' : 'http';
  return `${scheme}://${urlHost(dapr.appHost)}:${dapr.appPort}${path}`;
};
