import { parseDurationMs } from '../../../proxy/contract/duration.ts';
import { usualCallerDelay } from '../../../proxy/contract/names.ts';
import { isFull } from '../../support/sample.ts';

/** `npm run lab:report` writes what was measured into the report. */
export const isWritten: boolean = process.env['DAPS_WRITE_REPORT'] !== undefined;

/** Everything as often as the report says; otherwise a sample, less often, with half the calls. */
export const isReport: boolean = isFull || isWritten;

/** What flows while pods come and go. */
export interface Workload {
  readonly name: string;
  readonly workMs: number;
  readonly messagesPerSecond: number;
  readonly gracePeriodSeconds: number;
  /** Calls through another pod's daprd and through the Service, each at this rate. */
  readonly callsPerSecond: number;
  /** How long nothing may happen before a message that is missing counts as lost. */
  readonly quietMs: number;
}

export const workloads: readonly Workload[] = [
  {
    name: '0.2 s, calls',
    workMs: 200,
    messagesPerSecond: 20,
    gracePeriodSeconds: 30,
    callsPerSecond: isReport ? 200 : 100,
    quietMs: 10_000,
  },
  { name: '5 s', workMs: 5000, messagesPerSecond: 3, gracePeriodSeconds: 30, callsPerSecond: 0, quietMs: 15_000 },
  { name: '45 s', workMs: 45_000, messagesPerSecond: 0.4, gracePeriodSeconds: 75, callsPerSecond: 0, quietMs: 60_000 },
];

const usualPreStopDelay = '5s';

/** How long an app is kept after its pod's deletion, without any work. */
export const keptMs = ({ callsPerSecond }: Workload): number =>
  parseDurationMs(callsPerSecond > 0 ? usualCallerDelay : usualPreStopDelay) ?? 0;
