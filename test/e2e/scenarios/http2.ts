import { type Case, ready, rollouts } from './case.ts';

const speaking = (protocol: 'grpc' | 'h2c') => ({
  app: { PROTOCOL: protocol },
  annotations: { ...ready, 'dapr.io/app-protocol': protocol },
});

/** Apps that speak HTTP/2, whose requests the sidecar passes on unread. */
export const http2Cases: readonly Case[] = [
  ...(['grpc', 'h2c'] as const).map((protocol): Case => {
    const { app, annotations } = speaking(protocol);
    return {
      name: `${protocol}, 0.5 s of work, app exits on SIGTERM, three rollouts`,
      app: { ...app, WORK_MS: '500' },
      annotations,
      perSecond: 15,
      replicas: 1,
      isUnread: true,
      act: rollouts(3),
    };
  }),
  {
    name: 'grpc, a message a second, two rollouts',
    app: { ...speaking('grpc').app, WORK_MS: '100' },
    annotations: speaking('grpc').annotations,
    perSecond: 1,
    replicas: 1,
    isUnread: true,
    act: rollouts(2),
  },
  {
    name: 'grpc, 8 s of work, app exits on SIGTERM',
    app: { ...speaking('grpc').app, WORK_MS: '8000' },
    annotations: speaking('grpc').annotations,
    perSecond: 1,
    replicas: 1,
    isUnread: true,
    quietMs: 20_000,
    act: rollouts(1),
  },
];
