/**
 * Where the pod is. An event that has no arrow in a phase means nothing there: the kubelet calls twice.
 *
 *               app-ready,
 *             ready-timeout               pod-going               finished
 *   waiting ─────────────────▶ open ───────────────────▶ draining ──────────▶ drained
 *    │  ▲ ▲                   │ │ ▲                       ▲    │                 │
 *    │  │ └────given-back─────┘ │ │ app-ready,            │    │                 │
 *    │  │               app-gone│ │ ready-timeout         │    │                 │
 *    │  │                       ▼ │                       │    │                 │
 *    │  └──────given-back──── app-down ──────pod-going────┤    │                 │
 *    └──────────────────────────────────────pod-going─────┘    │                 │
 *   any phase ──────────────────────sigterm──────────────▶ stopping ◀────────────┘
 */
export type Phase = 'waiting' | 'open' | 'app-down' | 'draining' | 'drained' | 'stopping';

export const phases: readonly Phase[] = ['waiting', 'open', 'app-down', 'draining', 'drained', 'stopping'];

export type PhaseEvent =
  | 'app-ready'
  | 'ready-timeout'
  | 'app-gone'
  /** daprd was ended so that the broker gives its messages to others. */
  | 'given-back'
  | 'pod-going'
  /** The app has nothing left to do, or its time is over. */
  | 'finished'
  /** The kubelet sends it once every app container has ended. */
  | 'sigterm';

const arrows: Readonly<Record<Phase, Partial<Record<PhaseEvent, Phase>>>> = {
  waiting: { 'app-ready': 'open', 'ready-timeout': 'open', 'pod-going': 'draining', sigterm: 'stopping' },
  open: { 'app-gone': 'app-down', 'given-back': 'waiting', 'pod-going': 'draining', sigterm: 'stopping' },
  'app-down': {
    'app-ready': 'open',
    'ready-timeout': 'open',
    'given-back': 'waiting',
    'pod-going': 'draining',
    sigterm: 'stopping',
  },
  draining: { finished: 'drained', sigterm: 'stopping' },
  drained: { sigterm: 'stopping' },
  stopping: {},
};

/** The phase after an event; undefined where the event means nothing there, as when the kubelet calls twice. */
export const transition = (phase: Phase, event: PhaseEvent): Phase | undefined => arrows[phase][event];
