import type { Path } from '../../manifest/model/path.ts';
import { mapOf } from '../../manifest/object/pod.ts';
import { annotationPath, finding, onWorkloads } from '../rule/findings.ts';
import { appPathOf, type ProbeName, probeOf, wordsOf } from '../rule/probe.ts';
import type { Rule } from '../rule/rule.ts';
import type { LintWorkload } from '../scene/scene.ts';

/** `/v1.0/healthz`, or a path with a part `dapr`; what daprd itself asks of an app is none. */
const asksDaprd = (asked: string): boolean =>
  /\/v1\.0\/healthz(?!\/outbound)/.test(asked) ||
  (/^\/(.*\/)?daprd?(\/|$)/i.test(asked) && !/^\/dapr\/(config|subscribe)$/.test(asked));

interface Asked {
  readonly asked: string;
  readonly path: Path;
  readonly name: string;
}

const probeNames: readonly ProbeName[] = ['readinessProbe', 'livenessProbe', 'startupProbe'];

/** Whatever decides on the health of the app. Probes for `/v1.0/healthz` itself are reported by `daps inject`. */
const pathsOf = (workload: LintWorkload): readonly Asked[] => {
  const { app, settings, dapr, annotations } = workload;
  if (app === undefined) return [];
  const own = (annotation: string, asked: string | undefined): readonly Asked[] =>
    asked === undefined || !annotations.has(annotation)
      ? []
      : [{ asked, path: annotationPath(workload, annotation), name: annotation }];
  const probes = probeNames.flatMap((name) => {
    const probe = probeOf(app, name);
    const asked = probe === undefined ? undefined : askedBy(probe, name, workload, app);
    return asked === undefined
      ? []
      : [{ asked, path: [...app.path, name], name: `the ${name} of container "${app.name}"` }];
  });
  return [
    ...own('daps.io/ready-path', settings.readyPath),
    ...own('dapr.io/app-health-check-path', dapr.appHealthPath),
    ...probes,
  ];
};

const askedBy = (
  probe: LintWorkload['value'],
  name: ProbeName,
  workload: LintWorkload,
  app: NonNullable<LintWorkload['app']>,
): string | undefined => {
  const path = appPathOf(probe, workload, app);
  if (name !== 'readinessProbe') return path?.includes('/v1.0/healthz') ? undefined : path;
  const command = wordsOf(mapOf(probe['exec'])['command']).join(' ');
  return path ?? (command.includes('/v1.0/healthz') ? command : undefined);
};

export const healthPathAsksDaprd: Rule = {
  id: 'health-path-asks-daprd',
  severity: 'note',
  topic: 'start-up',
  looksAt: ['workload'],
  summary: "The app's health does not wait for daprd, which waits for the app.",
  since: '0.1.0',
  check: onWorkloads((workload) =>
    pathsOf(workload).flatMap(({ asked, path, name }) =>
      asksDaprd(asked)
        ? [
            finding(
              workload,
              path,
              `${name} asks "${asked}", which looks as if it asks daprd for its health. daprd is healthy only after it has reached the app, so each waits for the other. Ask daprd for /v1.0/healthz/outbound there, or give a path of the app alone.`,
            ),
          ]
        : [],
    ),
  ),
};
