/**
 * The phase of the pod. An event without an arrow in a phase means nothing there: the kubelet may call twice.
 *
 *            app-ready,
 *          ready-timeout           pod-going              finished
 *   waiting ──────────▶ open ────────────────▶ draining ──────────▶ drained
 *      ▲                │ │ ▲
 *      │        app-gone│ │ │app-ready, ready-timeout
 *      │                ▼ │ │
 *      │           app-down─┘
 *      │        give-back│ │give-back
 *      │                 ▼ ▼
 *      └─given-back─ giving-back
 *
 *   waiting ──circle──▶ let-in ──app-ready, ready-timeout──▶ open
 *   let-in ──app-gone──▶ app-down, let-in ──give-back──▶ giving-back
 *   waiting, let-in, app-down, giving-back ──pod-going──▶ draining
 *   draining ──app-stays──▶ lingering ──app-stays-no-more──▶ draining
 *   drained ──pod-stays──▶ giving-back
 *   any phase ──sigterm──▶ stopping
 *
 * let-in: daprd may reach the app, which waits for it; no delivery does before the app is ready.
 * lingering: the pod is going, but the app stays for a known time, and begins work that it will finish by then.
 */
export type Phase =
  | 'waiting'
  | 'let-in'
  | 'open'
  | 'app-down'
  | 'giving-back'
  | 'draining'
  | 'lingering'
  | 'drained'
  | 'stopping';

export const phases: readonly Phase[] = [
  'waiting',
  'let-in',
  'open',
  'app-down',
  'giving-back',
  'draining',
  'lingering',
  'drained',
  'stopping',
];

export type PhaseEvent =
  | 'app-ready'
  | 'ready-timeout'
  /** The app waits for daprd, and daprd for the app. */
  | 'circle'
  | 'app-gone'
  /** daps ends daprd, so that the broker redelivers its messages to others. The app gets nothing from then on. */
  | 'give-back'
  /** daprd has ended. */
  | 'given-back'
  | 'pod-going'
  /** The app stays until a known time, for its callers or for pre-stop-delay. */
  | 'app-stays'
  | 'app-stays-no-more'
  /** Nothing is in flight, or the time is over. */
  | 'finished'
  /** The pod has outlived its grace period: it was not deleted. */
  | 'pod-stays'
  /** The kubelet sends it once every app container has ended. */
  | 'sigterm';

const arrows: Readonly<Record<Phase, Partial<Record<PhaseEvent, Phase>>>> = {
  waiting: {
    'app-ready': 'open',
    'ready-timeout': 'open',
    circle: 'let-in',
    'pod-going': 'draining',
    sigterm: 'stopping',
  },
  'let-in': {
    'app-ready': 'open',
    'ready-timeout': 'open',
    'app-gone': 'app-down',
    'give-back': 'giving-back',
    'pod-going': 'draining',
    sigterm: 'stopping',
  },
  open: { 'app-gone': 'app-down', 'give-back': 'giving-back', 'pod-going': 'draining', sigterm: 'stopping' },
  'app-down': {
    'app-ready': 'open',
    'ready-timeout': 'open',
    'give-back': 'giving-back',
    'pod-going': 'draining',
    sigterm: 'stopping',
  },
  'giving-back': { 'given-back': 'waiting', 'pod-going': 'draining', sigterm: 'stopping' },
  draining: { 'app-stays': 'lingering', finished: 'drained', sigterm: 'stopping' },
  lingering: { 'app-stays-no-more': 'draining', sigterm: 'stopping' },
  drained: { 'pod-stays': 'giving-back', sigterm: 'stopping' },
  stopping: {},
};

/** The phase after an event; undefined if the event means nothing in this phase. */
export const transition = (phase: Phase, event: PhaseEvent): Phase | undefined => arrows[phase][event];
