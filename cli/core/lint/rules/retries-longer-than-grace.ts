import { formatDuration, parseDurationMs } from '../../../../proxy/contract/duration.ts';
import type { MapValue } from '../../manifest/model/value.ts';
import { numberOf, textOf } from '../../manifest/object/pod.ts';
import { named } from '../rule/component.ts';
import { finding } from '../rule/findings.ts';
import { inboundPolicy } from '../rule/resiliency.ts';
import type { Rule } from '../rule/rule.ts';
import { receiversOf } from '../scene/relations.ts';

export const retriesLongerThanGrace: Rule = {
  id: 'retries-longer-than-grace',
  severity: 'warning',
  topic: 'shutdown',
  looksAt: ['Resiliency', 'Component', 'workload'],
  summary: 'Retries of a delivery end before the grace period does.',
  since: '0.1.0',
  check: (scene) => {
    const reported = new Set<string>();
    return scene.components
      .filter(({ type }) => type.startsWith('pubsub.'))
      .flatMap((component) => {
        const retry = inboundPolicy(scene, component, 'retry');
        const totalMs = retry === undefined ? 0 : lengthMs(retry.value);
        const receiver = receiversOf(scene, component).find(({ graceSeconds }) => totalMs >= graceSeconds * 1000);
        if (retry === undefined || receiver === undefined || reported.has(retry.name)) return [];
        reported.add(retry.name);
        const long = Number.isFinite(totalMs)
          ? `for up to ${formatDuration(Math.round(totalMs / 1000) * 1000)}`
          : 'forever';
        return [
          finding(
            retry.resiliency,
            retry.path,
            `retry policy "${retry.name}" tries a failing delivery of Component/${component.ref.name} ${long}, and ${named(receiver)} has a grace period of ${receiver.graceSeconds} s: a message that fails while the pod stops keeps daprd until it is killed. Set maxRetries and duration so that all retries take less than the grace period.`,
          ),
        ];
      });
  },
};

/** dapr/kit retry: 5 s apart, or from 500 ms on, half as much longer each time, up to 60 s; no end without `maxRetries`. */
const lengthMs = (policy: MapValue): number => {
  const most = numberOf(policy['maxRetries']) ?? -1;
  if (most < 0) return Number.POSITIVE_INFINITY;
  if ((textOf(policy['policy']) ?? 'constant').toLowerCase() !== 'exponential')
    return most * (parseDurationMs(textOf(policy['duration']) ?? '5s') ?? 0);
  const longest = parseDurationMs(textOf(policy['maxInterval']) ?? '60s') ?? 0;
  let sumMs = 0;
  for (let tries = 0, wait = 500; tries < Math.min(most, 1000); tries += 1, wait *= 1.5)
    sumMs += Math.min(wait, longest);
  return sumMs;
};
