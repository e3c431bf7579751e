import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { env } from '../../../proxy/contract/names.ts';
import { root } from '../../support/sources.ts';
import { freePorts } from '../proxy-processes.ts';
import type { Peer } from './peer.ts';

const bundle = join(root, 'dist/daps-sidecar.mjs');

/** What the image gives to Node before the file. */
const flags = (): readonly string[] => {
  const dockerfile = readFileSync(join(root, 'proxy/Dockerfile'), 'utf8');
  const words = JSON.parse(/^ENTRYPOINT (\[.*\])$/m.exec(dockerfile)?.[1] ?? '[]') as readonly string[];
  return words.slice(1, -1);
};

/** The sidecar as it runs in a pod, on ports of its own. */
export const dapsPeer: Peer = {
  name: 'daps',
  program: async (port, appPort) => {
    const [controlPort, daprdHttpPort, daprdGrpcPort] = await freePorts(3);
    return {
      program: process.execPath,
      args: [...flags(), existsSync(bundle) ? bundle : join(root, 'proxy/main.ts')],
      environment: {
        NODE_ENV: 'production',
        [env.appPort]: String(appPort),
        [env.readyProbe]: `tcp://127.0.0.1:${appPort}`,
        [env.channelPort]: String(port),
        [env.controlPort]: String(controlPort),
        [env.daprdHttpPort]: String(daprdHttpPort),
        [env.daprdGrpcPort]: String(daprdGrpcPort),
        [env.logLevel]: 'error',
      },
    };
  },
};
