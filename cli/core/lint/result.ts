import type { Place } from '../diagnostic.ts';
import type { Change } from '../manifest/write/change.ts';
import type { Match } from '../settings/workload-match.ts';
import type { Severity } from './rule/rule.ts';
import type { SceneObject } from './scene/scene.ts';

/** An entry of `lint.ignore` in `.daps.yaml`. */
export interface IgnoreRule {
  /** The id of a rule; `*` stands for any characters. */
  readonly rule: string;
  readonly match: Match;
  readonly reason: string;
  /** `lint.ignore[0] (.daps.yaml)` */
  readonly spelling: string;
  readonly place: Place;
}

/** A finding that is left out, and why. */
export interface Ignored {
  readonly finding: Reported;
  readonly reason: string;
}

/** How a run of lint weighs rules, and what it leaves out. */
export interface LintSettings {
  /** Severities that differ from the rules' own, by id. */
  readonly severities: ReadonlyMap<string, Severity | 'off'>;
  readonly ignores: readonly IgnoreRule[];
}

/** One finding as it is reported. */
export interface Reported {
  /** Of a rule, or of a problem that `daps inject` reports too. */
  readonly id: string;
  readonly severity: Severity;
  readonly message: string;
  readonly place: Place;
  /** The object it was found in; absent where the finding is about a file or a setting. */
  readonly object?: SceneObject;
  readonly fix?: readonly Change[];
}

export interface LintResult {
  /** In the order of the inputs. */
  readonly findings: readonly Reported[];
  /** Findings that an annotation or `.daps.yaml` ignores, each with the reason. */
  readonly ignored: readonly Ignored[];
  /** How many findings a baseline file knew already. */
  readonly baselined: number;
  /** How many entries of the baseline file match nothing any more. */
  readonly goneFromBaseline: number;
  /** The Dapr workloads that were checked. */
  readonly workloads: readonly Place[];
  /** Whether some document or setting could not be read, so that findings may be missing. */
  readonly unread: 'input' | 'settings' | undefined;
}
