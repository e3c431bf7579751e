import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../support/sources.ts';
import { daprVersion } from '../places.ts';

const reportFile = join(root, 'test/lab/REPORT.md');
const readmeFile = join(root, 'README.md');

const opening = `# What a real kubelet showed

A one-node Kubernetes 1.34.4 with Dapr ${daprVersion} and RabbitMQ (\`npm run lab:up\`), pods from the chart in
\`test/lab/chart\`, installed by Helm 4 with and without \`--post-renderer daps\`. Dapr's own webhook adds daprd, or, *inline*,
daps adds it from what \`daps capture\` has read from the cluster.
`;

/** What stands above each table, and the marks that it goes between. */
const sections = {
  rollouts: `
## Rollouts, scalings, evictions, crashes

\`npm run lab:report\` writes this table. The app ends at once on SIGTERM.

- *cut*: begun and not finished by the process that began. Where an app is killed, its work and the calls in flight are
  cut by definition. A replay finishes its messages, once more if the kill came between the end of the work and the answer.
- *unready*: delivered to an app that was not ready.
- *hand-over*: from publishing to the end of the work.
- Calls come through another pod's daprd, and through the Service, a connection each.
- daprd counts the deliveries in flight of a killed sidecar as failed, and RabbitMQ's component drops them unless a
  Resiliency retries them (\`fixtures/example/resiliency.yaml\`).

<!-- rollouts -->
<!-- /rollouts -->
`,
  versions: `
## The nine versions of a graceful-shutdown demo

\`npm run lab:demo\` writes this table. Under load, 13 replicas of \`test/lab/apps/api.ts\` are redeployed, scaled to 5 and to
13, as they are and with daps, without a change to the app. *Lost entries*: requests that were answered and whose log entry
was never written.

<!-- versions -->
<!-- /versions -->
`,
} as const;

/** Puts a table into a text, between its marks. */
const between = (text: string, section: string, table: string): string => {
  const [before = '', rest] = text.split(`<!-- ${section} -->`);
  if (rest === undefined) throw new Error(`there is no mark called ${section}`);
  const [, after = ''] = rest.split(`<!-- /${section} -->`);
  return `${before}<!-- ${section} -->\n${table}<!-- /${section} -->${after}`;
};

/** Writes a table of `test/lab/REPORT.md`, and leaves the others as they are. */
export const writeReport = (section: keyof typeof sections, table: string): void => {
  const text = existsSync(reportFile) ? readFileSync(reportFile, 'utf8') : opening;
  const whole = text.includes(`<!-- ${section} -->`) ? text : `${text}${sections[section]}`;
  writeFileSync(reportFile, between(whole, section, table));
};

/** Writes the README's short table. */
export const writeReadme = (table: string): void =>
  writeFileSync(readmeFile, between(readFileSync(readmeFile, 'utf8'), 'lab', table));
