import { severities } from '../rule/rule.ts';
import { jsonVersion } from './json.ts';

const text = (description: string) => ({ type: 'string', description });
const number = (description: string) => ({ type: 'integer', minimum: 0, description });
const object = (
  description: string,
  properties: Readonly<Record<string, object>>,
  optional: readonly string[] = [],
) => ({
  type: 'object',
  description,
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  additionalProperties: true,
});

const findingProperties = {
  rule: text('The id of the rule, or the code of the problem; "daps rules ID" explains it.'),
  severity: { enum: severities, description: 'As weighed by --rule and .daps.yaml.' },
  message: text('What is wrong, why it matters, and what to write instead.'),
  file: text(
    "The file to open: the chart's template with --chart-dir, else the input. Relative to the working directory where it is below it.",
  ),
  line: number('From 1; 0 where all of the file is meant.'),
  column: number('From 1, in code points; 0 where all of the file is meant.'),
  object: object(
    'The object that the finding is about.',
    {
      apiVersion: text('apps/v1'),
      kind: text('Deployment'),
      namespace: text('Absent where the manifest names none.'),
      name: text('web'),
    },
    ['namespace'],
  ),
  field: text('The path of the field below the object: spec.template.spec.containers[app]'),
  rendered: object('Where the finding stands in the input, where file is a template.', {
    input: text('The name of the input, or stdin.'),
    line: number('From 1.'),
    column: number('From 1, in code points.'),
  }),
  source: text('The template that the renderer names: shop/templates/web.yaml'),
  fixable: { type: 'boolean', description: 'Whether daps lint --fix mends it.' },
  fingerprint: text('The same in the next run: rule, object, field, and which of several alike. No line numbers.'),
};
const optional = ['object', 'field', 'rendered', 'source'];

/** The JSON schema of `--output=json`. Readers must take fields that it does not name: later versions of daps add some. */
export const jsonSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'daps lint --output=json',
  ...object('What a run of daps lint found.', {
    version: { const: jsonVersion, description: 'Of this format. Fields are added without a new one.' },
    daps: text('The version of daps.'),
    summary: object('What the findings come to.', {
      errors: number('Findings of this severity.'),
      warnings: number('Findings of this severity.'),
      notes: number('Findings of this severity.'),
      ignored: number('Findings that an annotation or .daps.yaml ignores.'),
      baselined: number('Findings that the baseline file has.'),
      goneFromBaseline: number('Entries of the baseline file that match nothing any more.'),
      workloads: number('Dapr workloads that were checked.'),
      complete: {
        type: 'boolean',
        description: 'False where a document could not be read, so that findings may be missing.',
      },
      failOn: { enum: severities, description: 'The exit code is 1 from this severity on.' },
    }),
    findings: {
      type: 'array',
      description: 'In the order of the inputs.',
      items: object('One finding.', findingProperties, optional),
    },
    ignored: {
      type: 'array',
      description: 'Findings that are left out.',
      items: object('One finding.', { ...findingProperties, reason: text('Why it is ignored.') }, optional),
    },
  }),
};
