import process from 'node:process';
import { podGoingSignal } from './self-shutdown.ts';

/** Signals that end Node, or start its debugger, without a listener. */
const harmless: readonly NodeJS.Signals[] = ['SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGPIPE'];

export interface SignalCalls {
  readonly podGoing: () => void;
  readonly sigterm: () => void;
}

/**
 * Listens to signals from now on, and keeps those that arrive before `follow`. An exit would reset every held delivery,
 * so only SIGTERM and SIGINT end the sidecar, after it has finished its work.
 */
export const listenToSignals = (): { readonly follow: (calls: SignalCalls) => void } => {
  let calls: SignalCalls | undefined;
  const missed: (keyof SignalCalls)[] = [];
  const tell = (what: keyof SignalCalls) => (): void => {
    if (calls === undefined) missed.push(what);
    else calls[what]();
  };
  for (const signal of harmless) process.on(signal, () => {});
  process.on(podGoingSignal, tell('podGoing'));
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, tell('sigterm'));
  return {
    follow: (given) => {
      calls = given;
      for (const what of missed.splice(0)) given[what]();
    },
  };
};
