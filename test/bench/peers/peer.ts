import type { Program } from '../proxy-processes.ts';

/** The connections that a server must be able to have, each with one to the app. */
export const maxConnections = 4096;

/** A way from the load to the app. */
export interface Peer {
  readonly name: string;
  /** What listens on `port` and passes everything on to `appPort`; undefined where nothing stands between. */
  readonly program: ((port: number, appPort: number) => Promise<Program>) | undefined;
}
