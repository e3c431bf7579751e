import { severityWords } from '../lint/lint-config.ts';
import { listedRules } from '../lint/listed-rules.ts';
import { severities } from '../lint/rule/rule.ts';
import { runSettings } from '../settings/run-settings.ts';
import { workloadSettings } from '../settings/workload-settings.ts';
import { type Schema, settingsSchemas } from './setting-schema.ts';

const map = (
  description: string,
  properties: Readonly<Record<string, Schema>>,
  required: readonly string[] = [],
): Schema => ({
  type: 'object',
  description,
  properties,
  ...(required.length === 0 ? {} : { required }),
  additionalProperties: false,
});
const text = (description: string): Schema => ({ type: 'string', description });
const list = (description: string, items: Schema): Schema => ({ type: 'array', description, items });

const match: Readonly<Record<string, Schema>> = {
  kind: text('Such as Deployment; * stands for any characters.'),
  namespace: text('* stands for any characters.'),
  name: text('* stands for any characters.'),
};

const overrides = (): Schema => {
  const { properties, patternProperties } = settingsSchemas(workloadSettings);
  const own = { ...map('Which workloads are meant: all that have these.', match), minProperties: 1 };
  return list('Settings of some workloads; a later entry wins.', {
    ...map('Settings of the workloads that match.', { match: own, ...properties }, ['match']),
    patternProperties,
  });
};

const workloads: Schema = list(
  'Kinds with a pod template that daps does not know.',
  map(
    'A kind, and where its pod template stands.',
    {
      group: text('The API group; empty for the core group.'),
      kind: text('Such as Worker.'),
      path: text('The keys on the way to the pod template, with dots between: spec.template'),
      metadata: text('The keys from there to what is like the metadata of a pod; metadata without it.'),
      spec: text('The keys from there to what is like the spec of a pod; spec without it.'),
    },
    ['kind', 'path'],
  ),
);

const lint = (): Schema => {
  const weights = listedRules.map(({ id, summary, severity }): [string, Schema] => [
    id,
    // A bare off is false to YAML 1.1.
    { description: summary, enum: [...severityWords, false], default: severity },
  ]);
  const rule: Schema = {
    description: 'The id of a rule; * stands for any characters.',
    anyOf: [{ enum: listedRules.map(({ id }) => id) }, { type: 'string', pattern: '\\*' }],
  };
  return map('How daps lint weighs its findings.', {
    failOn: { description: 'Exit 1 from this severity on.', enum: severities, default: 'error' },
    rules: map('The severity of rules.', Object.fromEntries(weights)),
    ignore: list(
      'Findings to leave out.',
      map('Findings of a rule in some objects.', { rule, reason: text('Why.'), ...match }, ['rule', 'reason']),
    ),
  });
};

/** The JSON schema of `.daps.yaml`, for editors to check and complete it. */
export const settingsFileSchema = (): Schema => {
  const { properties, patternProperties } = settingsSchemas([...workloadSettings, ...runSettings]);
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: '.daps.yaml',
    ...map('Settings of daps.', { ...properties, overrides: overrides(), workloads, lint: lint() }),
    patternProperties,
  };
};
