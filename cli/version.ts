import manifest from '../package.json' with { type: 'json' };

/** The version in package.json: daps' own, and its sidecar image's tag. */
export const version: string = manifest.version;
