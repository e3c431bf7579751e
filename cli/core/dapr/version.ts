import coerce from 'semver/functions/coerce.js';
import gte from 'semver/functions/gte.js';
import lt from 'semver/functions/lt.js';
import parse from 'semver/functions/parse.js';

/** A version of daprd. Only its numbers decide what may be written for it. */
export type DaprVersion = NonNullable<ReturnType<typeof parse>>;

/** What daps knows daprd's flags of; a newer one is written for like the newest. */
export const oldestKnown = '1.14.0';
export const newestKnown = '1.18.3';

/** Reads `1.18.1`, `v1.18`, `1.18.1-mariner`, `1.18.0-rc.3`, without what stands behind the numbers. */
export const parseVersion = (text: string): DaprVersion | undefined =>
  /^v?\d+\.\d+(?:\.\d+)?(?:[-+].*)?$/.test(text) ? (coerce(text) ?? undefined) : undefined;

/** Returns whether the first version in a text is below a minimum. A text without a version is not. */
export const isBelow = (text: string | undefined, minimum: string): boolean => {
  const version = text === undefined ? null : coerce(text);
  return version !== null && lt(version, minimum);
};

/** An image's tag: what stands behind the last colon, the registry's port and a digest apart. */
export const tagOfImage = (image: string): string | undefined => {
  const digest = image.search(/@sha\d+:/);
  const name = digest < 0 ? image : image.slice(0, digest);
  return /:([^/:@]+)(?:@[^@]*)?$/.exec(name)?.[1];
};

/** The version in an image's tag. A digest, `latest`, `edge` and no tag at all say nothing. */
export const versionOfImage = (image: string): DaprVersion | undefined => {
  const tag = tagOfImage(image);
  return tag === undefined ? undefined : parseVersion(tag);
};

export const formatVersion = ({ version }: DaprVersion): string => version;

export const isAtLeast = (version: DaprVersion, minimum: string): boolean => gte(version, minimum);

/** Returns whether a version is of a later minor release than the newest one daps knows. */
export const isNewerThanKnown = ({ major, minor }: DaprVersion): boolean => {
  const known = parse(newestKnown);
  return known !== null && (major !== known.major || minor > known.minor);
};

/**
 * The first versions that read an annotation, where 1.14.0 did not: one for each branch that has it. Read from
 * dapr/dapr pkg/injector/patcher/sidecar.go and cmd/daprd/options/options.go of every tag from v1.14.0 to v1.18.3.
 */
const firstVersions: Readonly<Record<string, readonly string[]>> = {
  'dapr.io/grpc-port': ['1.15.0'],
  'dapr.io/internal-grpc-port': ['1.15.0'],
  'dapr.io/env-from-secret': ['1.15.0'],
  'dapr.io/sentry-request-jwt-audiences': ['1.16.0'],
  'dapr.io/app-binding-options-timeout': ['1.16.18', '1.17.12', '1.18.3'],
  'dapr.io/disable-init-endpoints': ['1.17.0'],
  'dapr.io/actors-disseminate-timeout': ['1.18.0'],
};

/** Every annotation that some version of this range does not know. */
export const versionedAnnotations: readonly string[] = Object.keys(firstVersions);

/** The version from which on this branch knows an annotation; undefined where this version does. */
export const neededVersion = (annotation: string, version: DaprVersion): string | undefined => {
  const firsts = firstVersions[annotation] ?? [];
  const [last] = firsts.slice(-1);
  const own = firsts.find((first) => first.startsWith(`${version.major}.${version.minor}.`)) ?? last;
  if (own === undefined) return undefined;
  const isBehindAll = firsts.length > 1 && !isAtLeast(version, firsts[0] ?? own);
  const needed = isBehindAll ? (firsts[0] ?? own) : own;
  return isAtLeast(version, needed) ? undefined : needed;
};
