import type { Traffic } from '../channel/traffic.ts';
import type { Config } from '../config.ts';
import type { CurrentPhase } from './current-phase.ts';
import { type DaprdEndPorts, endDaprd } from './daprd-end.ts';
import { untilWorkIsDone } from './work-done.ts';

/**
 * Waits until the app has finished what is in flight, and ends daprd, so that the broker redelivers to others what daps
 * holds. In this phase nothing of that may reach the app, even if it is back: it would be done here, and once more by
 * another. The gate stays open until daprd is gone, because a delivery that is refused is lost. It is closed before
 * daprd starts again. Resolves with true if the pod has left the phase by this.
 */
export const giveBack = async (
  config: Pick<Config, 'gracePeriodMs' | 'drainReserveMs'>,
  ports: DaprdEndPorts,
  traffic: Pick<Traffic, 'workInFlight' | 'lastAnswerMs' | 'heldCount'>,
  phase: Pick<CurrentPhase, 'enter' | 'signal'>,
): Promise<boolean> => {
  const { signal } = phase;
  await untilWorkIsDone(config, ports.clock, traffic, signal);
  if (signal.aborted) return false;
  const end = await endDaprd(ports, traffic, 'its messages are given back', 'leave');
  if (end === 'gone') ports.gate.destroyAll();
  const cause = end === 'gone' ? 'daprd has ended' : 'daprd refuses, so its messages wait here for the app';
  return !signal.aborted && phase.enter('given-back', cause);
};
