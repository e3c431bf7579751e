import type { Server } from 'node:net';
import { eventually } from '../support/eventually.ts';
import { listenOn } from '../support/pod/own-ports.ts';
import { net } from './places.ts';

const turnMs = 1_800_000; // the first one builds images and waits for Dapr

/** Does something with the lab while no other process does: who listens on a port of the lab has its turn. */
export const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
  let turn: Server | undefined;
  const isOurs = async (): Promise<boolean> => {
    turn = await listenOn(net.turn);
    return turn !== undefined;
  };
  await eventually('other processes have brought the lab up, or down', isOurs, turnMs);
  try {
    return await work();
  } finally {
    turn?.close();
  }
};
