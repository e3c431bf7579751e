import { formatDuration } from '../../../../proxy/contract/duration.ts';
import { isAtLeast } from '../../dapr/version.ts';
import { valueAt } from '../../manifest/model/path.ts';
import { itemsOf, nameOf } from '../../manifest/object/pod.ts';
import { longestGracefulSeconds } from '../../plan/dapr-checks.ts';
import { annotationPath, finding, onWorkloads } from '../rule/findings.ts';
import type { Rule } from '../rule/rule.ts';
import { configurationOf, isFor } from '../scene/relations.ts';
import type { LintWorkload } from '../scene/scene.ts';

const annotation = 'dapr.io/graceful-shutdown-seconds';

export const hotReloadRestartsAll: Rule = {
  id: 'hot-reload-restarts-all',
  severity: 'warning',
  topic: 'hot-reload',
  looksAt: ['workload', 'Configuration', 'Resiliency'],
  summary: 'An edit of a Configuration or a Resiliency cuts off no work.',
  since: '0.1.0',
  check: onWorkloads((workload, scene) => {
    const { longestWorkMs, daprVersion } = workload;
    const limitMs = gracefulMs(workload);
    if (longestWorkMs === undefined || limitMs === undefined || longestWorkMs < limitMs) return [];
    if (daprVersion !== undefined && !isAtLeast(daprVersion, '1.18.0')) return [];
    const configuration = configurationOf(scene, workload);
    const features = itemsOf(valueAt(configuration?.value, ['spec', 'features']));
    if (features.some((one) => nameOf(one) === 'HotReload' && one['enabled'] === false)) return [];
    const name = workload.annotations.get('dapr.io/config') ?? '';
    const resiliency = scene.resiliencies.find((one) => isFor(one, workload));
    const edited =
      name === '' ? (resiliency === undefined ? '' : `Resiliency/${resiliency.ref.name}`) : `Configuration/${name}`;
    if (edited === '') return [];
    const seconds = Math.ceil(longestWorkMs / 1000) + 2;
    const raise = seconds > longestGracefulSeconds ? 'Switch' : `Write ${annotation}: "${seconds}", or switch`;
    return [
      finding(
        workload,
        annotationPath(workload, annotation),
        `from Dapr 1.18 on, an edit of ${edited} ends and restarts every daprd that uses it at once, and each has ${formatDuration(limitMs)} for work that takes up to ${formatDuration(longestWorkMs)}: the rest is cut off. ${raise} the feature HotReload off in ${name === '' ? 'a' : 'its'} Configuration.`,
      ),
    ];
  }),
};

/** How long daprd waits for deliveries at its end; undefined where there is no limit. */
const gracefulMs = ({ annotations }: LintWorkload): number | undefined => {
  const text = annotations.get(annotation) ?? '';
  const seconds = /^[-+]?\d+$/.test(text) ? Number(text) : -1;
  if (seconds === 0) return undefined;
  return (seconds < 0 ? 5 : seconds) * 1000;
};
