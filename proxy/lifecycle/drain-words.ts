import type { Traffic } from '../channel/traffic.ts';

/** What the log says of an app that is let go with work in its hands. */
export const deadlineWords = ({ workInFlight, callsInFlight }: Traffic): string =>
  workInFlight === 0 && callsInFlight > 0
    ? 'the grace period is nearly over and calls are still open: the app is let go. A stream (SSE, WebSocket) has no end of its own; where calls take long, raise daps.io/grace-period.'
    : 'the grace period is nearly over and the app still works: it is let go. Raise daps.io/grace-period.';
