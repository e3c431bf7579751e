import { type Problem, problem } from '../diagnostic.ts';
import { parseQuantity } from './quantity.ts';
import type { SettingValue } from './resolve-workload.ts';
import { findSetting, type WorkloadSettingName } from './workload-settings.ts';

/** What the sidecar requests of a node, and what it may use of it at most. */
export interface Resources {
  readonly cpuRequest: string;
  readonly cpuLimit: string | undefined;
  readonly memoryRequest: string;
  readonly memoryLimit: string | undefined;
}
const pairs = {
  cpu: ['cpu-request', 'cpu-limit'],
  memory: ['memory-request', 'memory-limit'],
} as const;
type ChosenFor = (name: WorkloadSettingName) => SettingValue | undefined;

/** The API server refuses a request above its limit: where only one of the two is set, the other's default follows it. */
export const resourcesOf = (chosenFor: ChosenFor): Resources => {
  const cpu = fitted(chosenFor, ...pairs.cpu);
  const memory = fitted(chosenFor, ...pairs.memory);
  return {
    cpuRequest: cpu.request,
    cpuLimit: cpu.limit,
    memoryRequest: memory.request,
    memoryLimit: memory.limit,
  };
};

const fitted = (
  chosenFor: ChosenFor,
  requestName: WorkloadSettingName,
  limitName: WorkloadSettingName,
): { readonly request: string; readonly limit: string | undefined } => {
  const [ownRequest, ownLimit] = [chosenFor(requestName)?.text, chosenFor(limitName)?.text];
  const request = ownRequest ?? findSetting(requestName)?.fallback ?? '';
  const limit = ownLimit ?? findSetting(limitName)?.fallback;
  if (limit === undefined || !isAbove(request, limit)) return { request, limit };
  return ownLimit === undefined ? { request, limit: request } : { request: limit, limit };
};

const isAbove = (request: string, limit: string): boolean =>
  (parseQuantity(request) ?? 0n) > (parseQuantity(limit) ?? 0n);

/** Requests that are set above a limit that is set as well, with the setting that is to be another. */
export const resourceProblems = (
  chosenFor: ChosenFor,
): readonly { readonly problem: Problem; readonly request: SettingValue; readonly limit: SettingValue }[] =>
  Object.values(pairs).flatMap(([requestName, limitName]) => {
    const request = chosenFor(requestName);
    const limit = chosenFor(limitName);
    if (request === undefined || limit === undefined || !isAbove(request.text, limit.text)) return [];
    const args = {
      request: request.text,
      limit: limit.text,
      requestSpelling: request.spelling,
      spelling: limit.spelling,
    };
    return [{ problem: problem('request-above-limit', args), request, limit }];
  });
