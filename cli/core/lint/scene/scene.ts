import type { DaprVersion } from '../../dapr/version.ts';
import type { Path } from '../../manifest/model/path.ts';
import type { MapValue } from '../../manifest/model/value.ts';
import type { ResourceRef } from '../../manifest/object/resource-ref.ts';
import type { WorkloadKind } from '../../manifest/object/workload.ts';
import type { DaprFacts } from '../../plan/dapr-checks.ts';
import type { WorkloadSettings } from '../../settings/resolve-workload.ts';
import type { Spot } from './spot.ts';

/** All that `daps lint` was given, read once and sorted by what rules look at. */
export interface Scene {
  /** Those that are Dapr-enabled, or are meant to be. */
  readonly workloads: readonly LintWorkload[];
  readonly components: readonly Component[];
  readonly subscriptions: readonly Subscription[];
  readonly resiliencies: readonly DaprObject[];
  readonly configurations: readonly DaprObject[];
  readonly scaledObjects: readonly SceneObject[];
  readonly autoscalers: readonly SceneObject[];
  readonly disruptionBudgets: readonly SceneObject[];
  readonly services: readonly SceneObject[];
  readonly networkPolicies: readonly SceneObject[];
  /** Kinds of which at least one object was given: a rule says nothing of an absent object where its kind is absent. */
  readonly givenKinds: ReadonlySet<string>;
  /** The Secrets that annotations name, where they were given. */
  readonly secrets: readonly SceneObject[];
  readonly options: LintFacts;
}

/** What a run of lint knows besides the manifests. */
export interface LintFacts {
  /** The namespace of objects that name none; empty where it is unknown. */
  readonly namespace: string;
  /** Dapr's version in the cluster, where a setting names it. */
  readonly daprVersion: DaprVersion | undefined;
  /** The version of daps that is running. */
  readonly dapsVersion: string;
  /** Whether a Dapr workload that daps has not injected is a finding. */
  readonly requireInjected: boolean;
}

/** One Kubernetes object, with the place it was read from. */
export interface SceneObject {
  readonly ref: ResourceRef;
  /** The object as the API server would hold it. Of an injected workload: as it was before. */
  readonly value: MapValue;
  readonly spot: Spot;
}

/** An object of Dapr's that may be scoped to some apps. */
export interface DaprObject extends SceneObject {
  /** Empty where it is for every app of its namespace. */
  readonly scopes: readonly string[];
}

export interface Component extends DaprObject {
  /** `pubsub.rabbitmq` */
  readonly type: string;
  /** Its metadata, names in lower case, as daprd reads them; a value from a Secret is an empty text. */
  readonly metadata: ReadonlyMap<string, string>;
}

export interface Subscription extends DaprObject {
  readonly pubsub: string;
  readonly topic: string;
  readonly deadLetterTopic: string | undefined;
}

/** A container of a workload, with its path below the object's root. */
export interface LintContainer {
  readonly name: string;
  readonly value: MapValue;
  readonly path: Path;
}

export interface LintWorkload extends SceneObject {
  readonly kind: WorkloadKind;
  /** The pod template's spec. */
  readonly spec: MapValue;
  /** The pod template's `dapr.io/*` and `daps.io/*` annotations. */
  readonly annotations: ReadonlyMap<string, string>;
  /** All annotations of the pod template. */
  readonly allAnnotations: MapValue;
  readonly dapr: DaprFacts;
  readonly settings: WorkloadSettings;
  /** `dapr.io/app-id`, or the object's name, which Dapr takes where there is none. */
  readonly appId: string;
  readonly namespace: string;
  /** Whether daps adds daprd itself, so that `daps inject` looks at what Dapr's injector passes over. */
  readonly isInline: boolean;
  /** The app's container; undefined without an app-port, or where it cannot be determined. */
  readonly app: LintContainer | undefined;
  readonly containers: readonly LintContainer[];
  readonly initContainers: readonly LintContainer[];
  /** `spec.replicas`; undefined where it is absent or the kind has none. */
  readonly replicas: number | undefined;
  /** What the pod gets: as written, 30 s by default, or what daps raises it to. */
  readonly graceSeconds: number;
  /** How long one piece of work takes at most (`lint.daps.io/longest-work`), in milliseconds. */
  readonly longestWorkMs: number | undefined;
  /** daprd's version: of the workload's own image, of the run's settings, or unknown. */
  readonly daprVersion: DaprVersion | undefined;
  /** The `daps.io/status` annotation that an injection left; undefined where daps has not injected it. */
  readonly status: string | undefined;
  /** The version of the daps sidecar that it has; undefined where it has none, or one without a version. */
  readonly sidecarVersion: string | undefined;
}
