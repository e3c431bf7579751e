import type { AppEvent, Ledger, Published } from '../support/scenario/ledger.ts';
import { messageWays } from '../support/scenario/message-ways.ts';
import type { PodEvent } from './pod-logs.ts';

/** What was seen while messages were under way. */
export interface Seen {
  readonly published: readonly Published[];
  readonly ledger: Ledger;
  readonly appEvents: readonly AppEvent[];
  readonly podEvents: readonly PodEvent[];
}

const mostLines = 24;
const longestLine = 130;
/** What of daprd's many words is about messages, or its end. */
const tellsOfDaprd = /^(warn|error|fatal)|shut|subscri|signal|ready|unhealthy|connection/i;

/** A Deployment's pod without its Deployment: they are all of the same. */
const shortOf = (pod: string): string => pod.split('-').slice(-2).join('-');

/**
 * Why messages became what they may not, for whoever reads a failed test: their way, and what was said by the sidecars
 * of the pods they went through. Seconds count from the first of them. Empty where all is well.
 */
export const evidence = ({ published, ledger, appEvents, podEvents }: Seen): string => {
  const told = messageWays(ledger, published, appEvents, shortOf);
  if (told === undefined) return '';
  const { counts, ways, pods, at } = told;
  const lines = podEvents
    .filter(({ pod, who, what }) => (pods.size === 0 || pods.has(pod)) && (who !== 'daprd' || tellsOfDaprd.test(what)))
    .sort((a, b) => a.t - b.t)
    .map(({ pod, who, t, what }) => `${at(t)} ${shortOf(pod)} ${who}: ${what}`.slice(0, longestLine));
  return [counts, ...ways, ...lines.slice(0, mostLines)].join('\n');
};
