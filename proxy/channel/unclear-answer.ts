import type { ChannelContext, Request } from './context.ts';

/** Counts bytes of the app that are no answer as daprd reads one, and notes the first. `request`: the one they answer. */
export const noteUnclear = ({ note, traffic }: ChannelContext, request: Request | undefined): void => {
  if (traffic.unclear()) note({ what: 'unclear-answer', kind: request?.kind, target: request?.target });
};
