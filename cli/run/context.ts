import type { InjectContext } from '../core/inject/inject.ts';
import { imageRepository } from '../core/settings/workload-settings.ts';
import type { Shell } from '../shell/shell.ts';
import type { ReadSettings } from './settings.ts';

/** What injecting needs to know of this run. */
export const contextOf = (shell: Shell, settings: ReadSettings): InjectContext => ({
  ...settings,
  image: `${imageRepository}:${shell.version}`,
});
