import { ofThisRun } from '../../support/run-name.ts';
import { type BothWays, Caller } from '../caller.ts';
import { Namespace } from '../cluster.ts';
import type { Equipment } from '../equipment.ts';
import { subscribed } from '../messages.ts';
import { Observation, type Observed, quietMs } from '../observation.ts';
import { type Column, calledByService } from '../release.ts';
import { type Row, replicas, type Stage } from './rows.ts';
import { isReport, type Workload } from './workloads.ts';

/** What one row did to one kind of pods under one kind of load. */
export interface Cell extends Observed {
  readonly row: Row;
  readonly workload: Workload;
  readonly column: Column;
  readonly calls: BothWays | undefined;
}

const slug = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');

/** Rows that are played with one kind of pods under one kind of load, one after the other. */
export interface Play {
  readonly workload: Workload;
  readonly column: Column;
  readonly rows: readonly Row[];
}

/** Plays them in a namespace of their own. */
export const play = async (
  equipment: Equipment,
  { workload, column, rows: own }: Play,
  done: (cell: Cell) => void,
): Promise<void> => {
  const app = ofThisRun(slug(`${column} ${workload.name}`));
  const namespace = new Namespace(app);
  await namespace.create();
  try {
    const stage = await install(equipment, workload, column, namespace, app);
    const caller = workload.callsPerSecond > 0 ? await Caller.start(namespace) : undefined;
    await namespace.rolledOut(app);
    await caller?.reaches(app);
    await subscribed(app, replicas);
    for (const row of own) done(await playRow(equipment, workload, stage, caller, row));
  } finally {
    await namespace.delete();
  }
};

const install = async (
  equipment: Equipment,
  workload: Workload,
  column: Column,
  namespace: Namespace,
  app: string,
): Promise<Omit<Stage, 'flow'>> => {
  const env = { LEDGER_URL: equipment.ledger.url, TOPIC: app, WORK_MS: String(workload.workMs) };
  const annotations = workload.callsPerSecond > 0 ? calledByService : {};
  const values = { replicas, env, annotations, gracePeriodSeconds: workload.gracePeriodSeconds, liveness: true };
  const release = await equipment.install({ name: app, namespace: namespace.name, column, values });
  const share = isReport && column !== 'plain' ? 1 : 0.3;
  return { namespace, release, app, env, times: (full) => Math.max(1, Math.round(full * share)) };
};

const playRow = async (
  equipment: Equipment,
  workload: Workload,
  stage: Omit<Stage, 'flow'>,
  caller: Caller | undefined,
  row: Row,
): Promise<Cell> => {
  const { namespace, release, app } = stage;
  await caller?.beginBothWays(app, workload.callsPerSecond);
  const of = { app, load: `${app}-${slug(row.name)}`, perSecond: workload.messagesPerSecond };
  const observation = await Observation.begin(equipment, namespace, of);
  const flow = (seconds: number): Promise<void> =>
    observation.begun(Math.max(1, Math.round(seconds * workload.messagesPerSecond)));
  await flow(2);
  await row.act({ ...stage, flow });
  await flow(2);
  let calls: BothWays | undefined;
  const mayLose = release.column === 'plain' || row.ends === 'sidecar';
  const observed = await observation.end(mayLose ? workload.quietMs : Math.max(workload.quietMs, quietMs), async () => {
    calls = await caller?.endBothWays();
    await namespace.gone(app);
  });
  return { ...observed, row, workload, column: release.column, calls };
};
