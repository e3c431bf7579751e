import type { Path } from '../../manifest/model/path.ts';
import type { Change } from '../../manifest/write/change.ts';
import type { Scene, SceneObject } from '../scene/scene.ts';

/** `note`: worth knowing; `warning`: will hurt some day; `error`: does not work, or loses messages, as it stands. */
export type Severity = 'error' | 'warning' | 'note';
export const severities: readonly Severity[] = ['error', 'warning', 'note'];

/** The part of a workload's life that a rule is about. */
export type Topic =
  | 'start-up'
  | 'shutdown'
  | 'delivery'
  | 'hot-reload'
  | 'actors'
  | 'scaling'
  | 'mesh'
  | 'security'
  | 'versions'
  | 'gitops'
  | 'standalone';

/** The kind of object that a rule reads; `set`: it compares several objects. */
export type Subject =
  | 'workload'
  | 'Component'
  | 'Subscription'
  | 'Resiliency'
  | 'Configuration'
  | 'ScaledObject'
  | 'HorizontalPodAutoscaler'
  | 'PodDisruptionBudget'
  | 'Service'
  | 'set';

/** One place where a rule does not hold. */
export interface Finding {
  readonly object: SceneObject;
  /** Below the object's root. */
  readonly path: Path;
  /** What is wrong, why it matters, and what to type: one to three sentences. */
  readonly message: string;
  /** Changes below the object's root that mend it without changing anything else; absent where a person must decide. */
  readonly fix?: readonly Change[];
}

/** A rule of `daps lint`. Its page, `rules/<id>.md`, says why, with sources, and shows a bad and a good manifest. */
export interface Rule {
  /** Kebab case. Permanent: a retired id is never used again. */
  readonly id: string;
  readonly severity: Severity;
  readonly topic: Topic;
  readonly looksAt: readonly Subject[];
  /** What holds where the rule is kept, as one short sentence. */
  readonly summary: string;
  /** The version of daps that brought the rule. */
  readonly since: string;
  readonly check: (scene: Scene) => readonly Finding[];
}
