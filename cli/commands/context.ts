import type { InjectContext } from '../core/inject/inject.ts';
import { imageRepository } from '../core/settings/setting.ts';
import type { ReadSettings } from './read-settings.ts';
import type { Shell } from './shell.ts';

/** What injecting needs to know of this run. */
export const contextOf = (shell: Shell, settings: ReadSettings): InjectContext => ({
  ...settings,
  image: `${imageRepository}:${shell.version}`,
});
