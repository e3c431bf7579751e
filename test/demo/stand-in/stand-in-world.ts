import { fileURLToPath } from 'node:url';
import { eventually } from '../../support/eventually.ts';
import { route } from '../pod-template.ts';
import type { World } from '../world.ts';
import { Broker } from './broker.ts';

const name = 'daprd-stand-in';
const program = fileURLToPath(import.meta.resolve('./daprd.ts'));
const settleMs = 20_000;

/** A queue in this process, and processes that behave as daprd 1.18 does: nothing has to be installed. */
export const standInWorld = async (): Promise<World> => {
  const broker = await Broker.start();
  return {
    topic: 'orders',
    daprd: (appPort, isInjected) => ({
      placement: 'none',
      container: {
        name,
        ...(isInjected ? { restartPolicy: 'Always' } : {}),
        ports: [{ containerPort: appPort }],
      },
      program: {
        command: process.execPath,
        args: [program],
        env: { BROKER_PORT: String(broker.port), ROUTE: route },
      },
    }),
    publish: async (id) => broker.publish(id),
    settle: async () => {
      // What is left then is lost, and the ledger says so.
      await eventually('the queue is empty', () => broker.isEmpty, settleMs).catch(() => undefined);
    },
    handedBack: broker.handedBack,
    dispose: async () => broker.stop(),
  };
};
