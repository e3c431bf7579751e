import type { Intake } from './intake.ts';
import { deleted, type MomentId, type Span } from './timeline.ts';

/** What daps does while its pod goes. `holdsFrom`: the moment from which it holds. */
export const dapsSpans = (intake: Intake, holdsFrom: MomentId): readonly Span[] => [
  ...(holdsFrom === deleted && intake === 'holds'
    ? []
    : [
        {
          lane: 'daps',
          from: deleted,
          to: intake === 'holds' ? holdsFrom : 'drained',
          kind: 'works',
          words: 'passes on',
        } as const,
      ]),
  intake === 'holds'
    ? { lane: 'daps', from: holdsFrom, to: 'app-ended', kind: 'holds', words: 'holds new messages' }
    : { lane: 'daps', from: 'drained', to: 'app-ended', kind: 'finishes', words: 'waits for unfinished work' },
  { lane: 'daps', from: 'app-ended', to: 'killed', kind: 'ends', words: 'ends' },
];

export const daprdSpans = (intake: Intake, endedAt: MomentId): readonly Span[] =>
  intake === 'holds'
    ? [
        { lane: 'daprd', from: deleted, to: 'app-ended', kind: 'works', words: 'its API serves the app' },
        { lane: 'daprd', from: 'app-ended', to: 'killed', kind: 'ends', words: 'ends' },
      ]
    : [
        { lane: 'daprd', from: deleted, to: 'drained', kind: 'works', words: 'delivers' },
        { lane: 'daprd', from: 'drained', to: endedAt, kind: 'ends', words: 'ends' },
      ];

export const peerSpans = (intake: Intake, holdsFrom: MomentId): readonly Span[] =>
  intake === 'holds'
    ? [
        ...(holdsFrom === deleted
          ? []
          : [{ lane: 'peers', from: deleted, to: holdsFrom, kind: 'works', words: 'messages' } as const]),
        { lane: 'peers', from: holdsFrom, to: 'app-ended', kind: 'waits', words: 'messages wait, calls go on' },
      ]
    : [{ lane: 'peers', from: deleted, to: 'drained', kind: 'works', words: 'messages' }];
