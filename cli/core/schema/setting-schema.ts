import { unreachable } from '../../../proxy/contract/unreachable.ts';
import type { RunSetting } from '../settings/run-settings.ts';
import type { SettingType } from '../settings/setting-type.ts';
import { keyOf, type Setting } from '../settings/workload-settings.ts';

/** A JSON schema, draft 7: what editors' YAML language servers read. */
export type Schema = Readonly<Record<string, unknown>>;

/** The schema of one setting's value in `.daps.yaml`. */
const settingSchema = (setting: Setting | RunSetting): Schema => {
  const { type, summary, fallback } = setting;
  const fallbackText = 'fallbackText' in setting && setting.fallbackText !== '–' ? setting.fallbackText : undefined;
  return {
    description: fallbackText === undefined ? summary : `${summary} (default: ${fallbackText})`,
    ...(fallback === undefined ? {} : { default: typed(type, fallback) }),
    ...(setting.name === 'trust-anchors' ? anchorsSchema : typeSchema(type)),
  };
};

const typed = ({ kind }: SettingType, text: string): string | number | boolean => {
  if (kind === 'boolean') return text === 'true';
  return kind === 'count' ? Number(text) : text;
};

const typeSchema = (type: SettingType): Schema => {
  switch (type.kind) {
    case 'boolean':
      return { enum: [true, false, 'true', 'false'] };
    case 'text':
      // A pattern of JSON schema has no flags.
      return {
        type: ['string', 'number'],
        ...(type.pattern.flags === '' ? { pattern: type.pattern.source } : {}),
        examples: [type.example],
      };
    case 'duration':
      return {
        type: ['string', 'number'],
        pattern: `^(0|(\\d+(\\.\\d+)?(ms|s|m|h))+${type.alsoNever === true ? '|never' : ''})$`,
        examples: [type.example],
      };
    case 'count':
      return { type: ['integer', 'string'], minimum: type.min, maximum: type.max, pattern: '^\\d{1,9}$' };
    case 'quantity':
      return { type: ['string', 'number'], examples: [type.example] };
    case 'tolerations':
      return { type: 'string', examples: [type.example] };
    case 'workloads':
      return { type: ['string', 'array'], items: { type: 'string' }, examples: [['Deployment/api']] };
    case 'choice':
      return { enum: type.choices };
    default:
      return unreachable(type);
  }
};

const anchorsSchema: Schema = {
  anyOf: [
    { type: 'string' },
    {
      type: 'object',
      properties: { configMap: { type: 'string', description: 'The name of the ConfigMap.' } },
      required: ['configMap'],
      additionalProperties: false,
    },
  ],
};

/** Settings as keys of a map. Those that flags spell with dashes are taken, too, but not offered by editors. */
export const settingsSchemas = (
  settings: readonly (Setting | RunSetting)[],
): {
  readonly properties: Readonly<Record<string, Schema>>;
  readonly patternProperties: Readonly<Record<string, Schema>>;
} => ({
  properties: Object.fromEntries(settings.map((setting) => [keyOf(setting.name), settingSchema(setting)])),
  patternProperties: Object.fromEntries(
    settings.filter(({ name }) => keyOf(name) !== name).map((setting) => [`^${setting.name}$`, settingSchema(setting)]),
  ),
});
