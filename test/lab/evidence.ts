import type { AppEvent, Ledger, Published } from '../support/ledger.ts';
import type { PodEvent } from './pod-logs.ts';

/** What was seen while messages were under way. */
export interface Seen {
  readonly published: readonly Published[];
  readonly ledger: Ledger;
  readonly appEvents: readonly AppEvent[];
  readonly podEvents: readonly PodEvent[];
}

const mostMessages = 3;
const mostLines = 24;
const longestLine = 130;
/** What of daprd's many words is about messages, or its end. */
const tellsOfDaprd = /^(warn|error|fatal)|shut|subscri|signal|ready|unhealthy|connection/i;

/** A Deployment's pod without its Deployment: they are all of the same. */
const shortOf = (pod: string): string => pod.split('-').slice(-2).join('-');

const startOf = (events: readonly { readonly t: number }[]): number => Math.min(...events.map(({ t }) => t));

/**
 * Why messages became what they may not, for whoever reads a failed test: their way, and what was said by the sidecars
 * of the pods they went through. Seconds count from the first of them. Empty where all is well.
 */
export const evidence = ({ published, ledger, appEvents, podEvents }: Seen): string => {
  const { lost, doubled, cut, early } = ledger;
  const ids = new Set([...lost, ...doubled, ...cut, ...early]);
  if (ids.size === 0) return '';
  const sent = published.filter(({ id }) => ids.has(id));
  const their = appEvents.filter(({ id }) => id !== undefined && ids.has(id));
  const zero = startOf([...sent, ...their]);
  const at = (t: number): string => `+${((t - zero) / 1000).toFixed(2)}`;
  const ways = [...ids].map((id) => {
    const steps = their
      .filter((event) => event.id === id)
      .map(({ e, pod, run, t }) => `${e} ${shortOf(pod)}/${run} ${at(t)}`);
    return `${id}: ${[`sent ${at(sent.find((one) => one.id === id)?.t ?? Number.NaN)}`, ...steps].join(', ')}`;
  });
  const shown = ways.length <= mostMessages ? ways : [...ways.slice(0, mostMessages - 1), '…', ways.at(-1) ?? ''];
  const pods = new Set(their.map(({ pod }) => pod));
  const lines = podEvents
    .filter(({ pod, who, what }) => (pods.size === 0 || pods.has(pod)) && (who !== 'daprd' || tellsOfDaprd.test(what)))
    .sort((a, b) => a.t - b.t)
    .map(({ pod, who, t, what }) => `${at(t)} ${shortOf(pod)} ${who}: ${what}`.slice(0, longestLine));
  const counts = `${lost.length} lost, ${doubled.length} doubled, ${cut.length} cut, ${early.length} unready`;
  return [counts, ...shown, ...lines.slice(0, mostLines)].join('\n');
};
