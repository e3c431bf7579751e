/** Who acts in a pod's life. `init`: the pod's own init containers. `peers`: brokers, and apps that call it. */
export type LaneId = 'kubelet' | 'init' | 'daprd' | 'daps' | 'app' | 'peers';

export interface Lane {
  readonly id: LaneId;
  /** What it is called in this pod, such as the app container's name. */
  readonly label: string;
}

/** `run`: between the two, where a Job's app ends by itself. */
export type Section = 'start' | 'run' | 'stop';

/** Names a moment within its timeline. */
export type MomentId = string;

/** When a moment is. Nothing is invented: how long an app takes is unknown. */
export type When =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'at'; readonly ms: number; readonly since: MomentId }
  | { readonly kind: 'at-most'; readonly ms: number; readonly since: MomentId };

/** A point of the axis. Moments stand in the order they come in. */
export interface Moment {
  readonly id: MomentId;
  readonly section: Section;
  readonly when: When;
  readonly words: string;
}

/**
 * What a lane does for a while. `starts` and `ends`: on its way, for an unknown time. `holds`: keeps what is new, neither
 * forwarded nor answered. `harms`: what plain Dapr loses or cuts then.
 */
export type SpanKind = 'starts' | 'waits' | 'works' | 'holds' | 'finishes' | 'ends' | 'harms';

export interface Span {
  readonly lane: LaneId;
  readonly from: MomentId;
  readonly to: MomentId;
  readonly kind: SpanKind;
  readonly words: string;
}

/** One lane tells another something. */
export interface Signal {
  readonly at: MomentId;
  readonly from: LaneId;
  readonly to: LaneId;
  readonly words: string;
}

/** One lane cannot go on before another. */
export interface Wait {
  readonly who: LaneId;
  readonly whom: LaneId;
  readonly from: MomentId;
  readonly to: MomentId;
  readonly words: string;
}

/** A number of the workload. */
export interface NamedNumber {
  readonly name: string;
  /** Milliseconds; undefined where nothing limits it. */
  readonly ms: number | undefined;
  readonly bound: 'exactly' | 'at-least' | 'at-most';
  /** Where it is written, or the name to write it by where it is a default. */
  readonly from: string;
}

/** A problem of the workload. `id`: its code or its rule. */
export interface Finding {
  readonly id: string;
  readonly severity: 'error' | 'warning' | 'note';
  readonly message: string;
  /** The manifest's field, as `spec.template.spec.containers[web]`. */
  readonly field: string | undefined;
}

/** A finding and where it bites. */
export interface PlacedFinding extends Finding {
  readonly lane: LaneId;
  readonly at: MomentId;
}

/** A workload's pod from its first container to its last. Every number is in milliseconds. */
export interface Timeline {
  /** `Kind/namespace/name`, or `Kind/name`. */
  readonly workload: string;
  readonly by: 'daps' | 'plain-dapr';
  readonly summary: string;
  readonly numbers: readonly NamedNumber[];
  readonly lanes: readonly Lane[];
  readonly moments: readonly Moment[];
  readonly spans: readonly Span[];
  readonly signals: readonly Signal[];
  readonly waits: readonly Wait[];
  readonly findings: readonly PlacedFinding[];
  /** What else there is to know. */
  readonly notes: readonly string[];
}

/** What a part of a life adds to its timeline. */
export type Part = Pick<Timeline, 'moments' | 'spans' | 'signals' | 'waits'>;

/** The pod's deletion, from which the shutdown counts. */
export const deleted: MomentId = 'deleted';

export const joinParts = (...parts: readonly Part[]): Part => ({
  moments: parts.flatMap(({ moments }) => moments),
  spans: parts.flatMap(({ spans }) => spans),
  signals: parts.flatMap(({ signals }) => signals),
  waits: parts.flatMap(({ waits }) => waits),
});

export const labelOf = ({ lanes }: Pick<Timeline, 'lanes'>, id: LaneId): string =>
  lanes.find((lane) => lane.id === id)?.label ?? id;
