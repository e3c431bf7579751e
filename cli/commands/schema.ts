import { jsonSchema } from '../core/lint/format/json-schema.ts';
import { settingsFileSchema } from '../core/schema/settings-file-schema.ts';
import type { Outcome } from '../exit-code.ts';
import type { Shell } from '../shell/shell.ts';

/** What `daps schema` has a JSON schema of: the settings file, and `daps lint --output=json`. */
export const schemaNames = ['settings', 'lint'] as const;

/** `daps schema [settings|lint]` */
export const runSchema = (shell: Shell, name: (typeof schemaNames)[number]): Outcome => {
  shell.writeStdout(`${JSON.stringify(name === 'lint' ? jsonSchema : settingsFileSchema(), null, 2)}\n`);
  return 'ok';
};
