import { parseInt64, toInt32 } from './go-text.ts';
import { isTruthy } from './truthy.ts';
import { type DaprVersion, isAtLeast, neededVersion } from './version.ts';

/**
 * Reads annotations the way the injector of a version does (dapr/dapr pkg/injector/patcher/sidecar.go
 * `setFromAnnotations`): a number that is none is ignored, a boolean that is none is false, an empty text counts from
 * 1.15.0 on. What that version does not know is not there.
 */
export class AnnotationReader {
  readonly version: DaprVersion;
  readonly #texts: ReadonlyMap<string, string>;

  constructor(texts: ReadonlyMap<string, string>, version: DaprVersion) {
    this.#texts = texts;
    this.version = version;
  }

  optionalText(name: string): string | undefined {
    const annotation = `dapr.io/${name}`;
    const text = this.#texts.get(annotation);
    if (text === undefined || neededVersion(annotation, this.version) !== undefined) return undefined;
    return text === '' && !isAtLeast(this.version, '1.15.0') ? undefined : text;
  }

  text(name: string, fallback = ''): string {
    return this.optionalText(name) ?? fallback;
  }

  optionalFlag(name: string): boolean | undefined {
    const text = this.optionalText(name);
    return text === undefined ? undefined : isTruthy(text);
  }

  flag(name: string, fallback = false): boolean {
    return this.optionalFlag(name) ?? fallback;
  }

  /** A Go `int`, as its digits. */
  optionalInt(name: string): string | undefined {
    const text = this.optionalText(name);
    return text === undefined ? undefined : parseInt64(text)?.toString();
  }

  /** A Go `int32`. */
  int32(name: string, fallback: number): number {
    const value = parseInt64(this.optionalText(name) ?? '');
    return value === undefined ? fallback : toInt32(value);
  }
}
