import type { InjectContext } from '../core/inject/inject.ts';
import type { RunSettings } from '../core/settings/run-settings.ts';
import { imageRepository } from '../core/settings/setting.ts';
import type { Shell } from './shell.ts';

/** What injecting needs to know of this run. */
export const contextOf = (shell: Shell, settings: RunSettings): InjectContext => ({
  ...settings,
  version: shell.version,
  image: `${imageRepository}:${shell.version}`,
});
