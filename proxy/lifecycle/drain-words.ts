import type { Traffic } from '../channel/traffic.ts';

/** The log's words for an app that must go with work in flight. */
export const deadlineWords = ({ workInFlight, callsInFlight }: Traffic): string =>
  workInFlight === 0 && callsInFlight > 0
    ? 'the grace period is nearly over and calls are still open: the app may stop now. A stream (SSE, WebSocket) has no end of its own; if calls take long, raise daps.io/grace-period.'
    : 'the grace period is nearly over and the app still works: it may stop now. Raise daps.io/grace-period.';
