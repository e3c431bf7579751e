import { join } from 'node:path';
import process from 'node:process';
import type { Peer } from './peer.ts';

/** What one writes in an afternoon. */
export const expressPeer: Peer = {
  name: 'Express + http-proxy-middleware',
  program: async (port, appPort) => ({
    program: process.execPath,
    args: [join(import.meta.dirname, 'express-server.ts'), String(port), String(appPort)],
    environment: { NODE_ENV: 'production' },
  }),
};
