import { ofThisRun } from '../../support/run-name.ts';
import { type Ledger, readLedger } from '../../support/scenario/ledger.ts';
import { type BothWays, Caller } from '../caller.ts';
import { Namespace } from '../cluster.ts';
import type { Equipment } from '../equipment.ts';
import { type Column, calledByService, Release, type Values } from '../release.ts';

/** One state of a graceful-shutdown demo's app; `apps/api.ts` is all of them. */
export interface Version {
  readonly number: number;
  readonly what: string;
  readonly values: Values;
  /** What daps is told about it: its work after the answer cannot be seen from outside. */
  readonly annotations: Readonly<Record<string, string>>;
  /** Entries of its log that nobody wrote count, besides failed calls. */
  readonly hasLog: boolean;
}

const callsPerSecond = 40;

const busy = { 'daps.io/busy-path': '/busy', 'daps.io/grace-period': '60s' };
const version = (number: number, what: string, more: Partial<Version> = {}): Version => ({
  number,
  what,
  values: {},
  annotations: {},
  hasLog: number >= 6,
  ...more,
});

export const versions: readonly Version[] = [
  version(1, 'naive: no readiness, deaf to SIGTERM', { values: { readiness: false } }),
  version(2, 'readiness'),
  version(3, 'SIGTERM reaches the app, which ends'),
  version(4, 'stops listening, drains no connection'),
  version(5, 'pre-stop delay, drains', { values: { preStopSeconds: 5 } }),
  version(6, 'a task after the answer', { annotations: busy }),
  version(7, 'the same, waited for'),
  version(8, 'a batch every 30 s', { annotations: busy }),
  version(9, 'the same, written at the end'),
];

export interface Played {
  readonly version: Version;
  readonly column: Column;
  readonly calls: BothWays;
  readonly entries: Ledger;
}

/** Deployed anew and scaled down and up again under load; calls come through the Service and through a daprd at once. */
export const playVersion = async (
  { helm, ledger }: Equipment,
  one: Version,
  column: Column,
  replicas: number,
): Promise<Played> => {
  const app = ofThisRun(`${column.replace(' ', '-')}-v${one.number}`);
  const namespace = new Namespace(app);
  await namespace.create();
  try {
    const env = { VERSION: String(one.number), LEDGER_URL: ledger.url, LEDGER_LOAD: app };
    const annotations = column === 'plain' ? {} : { ...calledByService, ...one.annotations };
    const values = { app: 'api.mjs', replicas, env, annotations, ...one.values };
    await new Release(helm, { name: app, namespace: app, column, values }).apply();
    const caller = await Caller.start(namespace);
    await namespace.rolledOut(app, 300_000);
    await caller.reaches(app);
    await caller.beginBothWays(app, callsPerSecond);
    await caller.overBothWays(callsPerSecond);
    await namespace.restart(app);
    await namespace.rolledOut(app, 300_000);
    for (const size of [Math.max(1, Math.floor((replicas * 5) / 13)), replicas]) {
      await namespace.scale(app, size);
      await namespace.rolledOut(app, 300_000);
    }
    await caller.overBothWays(2 * callsPerSecond);
    const calls = await caller.endBothWays();
    await namespace.scale(app, 0);
    await namespace.gone(app);
    return { version: one, column, calls, entries: readLedger([], ledger.eventsOf(app).read()) };
  } finally {
    await namespace.delete();
  }
};

/** Entries that were taken in and never written, by what the ledger calls cut. */
export const lostEntries = ({ version: { hasLog }, entries }: Played): readonly string[] => (hasLog ? entries.cut : []);
