import { expect } from 'chai';
import { leaveOut } from '../support/left-out.ts';
import { isAskedFor, telling } from '../support/repeat-alone.ts';
import { sampleOf, sampleSeed } from '../support/sample.ts';
import { type Measured, sayWorse, worseThanPlain } from '../support/scenario/never-worse.ts';
import { Equipment } from './equipment.ts';
import { type Column, columns } from './release.ts';
import { type Cell, play } from './suite/play.ts';
import { writeReadme, writeReport } from './suite/report.ts';
import { type Row, rows } from './suite/rows.ts';
import { summaryOf, tableOf } from './suite/table.ts';
import { isReport, isWritten, keptMs, type Workload, workloads } from './suite/workloads.ts';

const chosen = <T extends string>(variable: string, all: readonly T[]): readonly T[] => {
  const only = process.env[variable]?.split(',');
  return only === undefined ? all : all.filter((one) => only.some((part) => one.includes(part)));
};

/** An app may be killed between the end of its work and its answer, which nobody can tell from work that is not done. */
const unanswered = 2;

/** On a starved machine the kubelet takes an app for hung and restarts it: what that cuts, no row has asked for. */
const isAsMeant = ({ row, restarts }: Cell): boolean => row.ends !== 'pods' || restarts === 0;

/** What is no report plays plain Dapr, and daprd inline, only where it takes little time. */
const columnsFor = ({ callsPerSecond, workMs }: Workload): readonly Column[] => {
  if (isReport) return columns;
  if (callsPerSecond > 0) return ['daps'];
  return workMs > 10_000 ? ['daps', 'daps inline'] : columns;
};

const isFor = ({ workMs }: Workload, row: Row): boolean => workMs <= 10_000 || row.isForLongWork;

/** A part was asked for, which is not for the report. */
const isPart = ['DAPS_LAB_WORK', 'DAPS_LAB_PODS'].some((variable) => process.env[variable] !== undefined);

const scenarios = workloads.flatMap((workload) =>
  columnsFor(workload).flatMap((column) =>
    rows.filter((row) => isFor(workload, row)).map((row) => ({ workload, column, row })),
  ),
);

/** In a sample every row is there with daps, and every kind of pods under every kind of load. */
const sample = sampleOf({
  items: scenarios,
  nameOf: ({ workload, column, row }) => `${row.name}, ${workload.name}, ${column}`,
  kindsOf: ({ workload, column, row }) => [`${workload.name}, ${column}`, ...(column === 'plain' ? [] : [row.name])],
  atLeast: 20,
});

const rowsOf = (workload: Workload, column: Column): readonly Row[] => {
  const own = isReport || isPart ? scenarios : sample;
  return own.filter((one) => one.workload === workload && one.column === column).map(({ row }) => row);
};

const measuredIn = (cell: Cell): Measured => ({ ...cell, stopMs: cell.terminations.map(({ tookMs }) => tookMs) });

/** What is checked of each row. */
const checks = {
  isAtWork: 'leaves the pods at work',
  losesNothing: 'loses nothing, finishes nothing twice, delivers to nobody who is not ready',
  cutsNothing: 'cuts nothing and fails no call',
} as const;

describe('rollouts, scalings, evictions and crashes on a real kubelet', function () {
  this.timeout(isReport ? 7_200_000 : 1_500_000);
  const cells: Cell[] = [];
  /** Every row, so that it is for the report. */
  let isPlayed = false;

  const playAll = async (asked: readonly Row[]): Promise<void> => {
    const equipment = await Equipment.open();
    const names = chosen(
      'DAPS_LAB_WORK',
      workloads.map(({ name }) => name),
    );
    const own = workloads.filter(({ name }) => names.includes(name));
    const started = performance.now();
    const done = (cell: Cell): void => {
      cells.push(cell);
      if (cell.column !== 'plain' && cell.evidence !== '') process.stderr.write(`${cell.evidence}\n`);
      for (const calls of Object.values(cell.calls ?? {}))
        if (calls.failedCount > 0) process.stderr.write(`${JSON.stringify(calls.reasons)}\n`);
      process.stderr.write(
        `+${((performance.now() - started) / 1000).toFixed(0)} s ${tableOf([cell]).split('\n')[2]}\n`,
      );
    };
    const playsOf = (workload: Workload): readonly (() => Promise<void>)[] =>
      chosen('DAPS_LAB_PODS', columnsFor(workload)).map((column) => () => {
        const wanted = rowsOf(workload, column).filter((row) => asked.includes(row));
        return wanted.length === 0 ? Promise.resolve() : play(equipment, { workload, column, rows: wanted }, done);
      });
    const hasCalls = ({ callsPerSecond }: Workload): boolean => callsPerSecond > 0;
    const playCalls = async (): Promise<void> => {
      for (const one of own.filter(hasCalls).flatMap(playsOf)) await one();
    };
    const playQuiet = async (): Promise<void> => {
      const quiet = own.filter((workload) => !hasCalls(workload)).flatMap(playsOf);
      const played = await Promise.allSettled(quiet.map((one) => one()));
      for (const one of played) if (one.status === 'rejected') throw one.reason;
    };
    try {
      // Hundreds of calls a second take a whole machine: for the report they are made by themselves. The few of a sample
      // leave room for pods that sleep.
      const streams = isReport ? [playCalls().then(playQuiet)] : [playCalls(), playQuiet()];
      const played = await Promise.allSettled(streams);
      for (const one of played) if (one.status === 'rejected') throw one.reason;
    } finally {
      await equipment.close();
    }
    cells.sort(
      (a, b) =>
        rows.indexOf(a.row) - rows.indexOf(b.row) ||
        workloads.indexOf(a.workload) - workloads.indexOf(b.workload) ||
        columns.indexOf(a.column) - columns.indexOf(b.column),
    );
    isPlayed = asked.length === rows.length;
  };

  before(function () {
    const suite = this.test?.parent?.fullTitle();
    const isAsked = ({ name }: Row): boolean =>
      Object.values(checks).some((check) => isAskedFor(`${suite} ${name} ${check}`));
    return telling(this.test, () => playAll(rows.filter(isAsked)));
  });

  after(() => {
    process.stderr.write(`\n${tableOf(cells)}\n`);
    if (!isReport)
      leaveOut(`${scenarios.length - sample.length} of ${scenarios.length} rows of the lab; sample ${sampleSeed}`);
    if (!isWritten || isPart || !isPlayed) return;
    writeReport('rollouts', tableOf(cells));
    writeReadme(summaryOf(cells));
  });

  const dapsCells = (): readonly Cell[] => cells.filter(({ column }) => column !== 'plain');

  for (const row of rows) {
    describe(row.name, () => {
      const own = (): readonly Cell[] => dapsCells().filter((cell) => cell.row === row);

      it(checks.isAtWork, function () {
        return telling(this.test, () => {
          if (!isPart) expect(own(), 'played').not.to.deep.equal([]);
          for (const { workload, ledger } of own()) expect(ledger.finished, workload.name).not.to.deep.equal([]);
        });
      });
      if (row.ends === 'sidecar') return;

      it(checks.losesNothing, function () {
        return telling(this.test, (tell) => {
          for (const cell of own()) {
            const { workload, column, ledger, evidence } = cell;
            const { lost, doubled, early } = ledger;
            const where = `${workload.name}, ${column}`;
            tell(() => evidence);
            expect({ lost, early }, where).to.deep.equal({ lost: [], early: [] });
            if (!isAsMeant(cell)) continue;
            expect(doubled.length, where).to.be.at.most(row.ends === 'app' ? unanswered : 0);
          }
        });
      });

      if (row.ends !== 'pods') return;

      it(checks.cutsNothing, function () {
        return telling(this.test, (tell) => {
          for (const { workload, column, ledger, calls, evidence } of own().filter(isAsMeant)) {
            const where = `${workload.name}, ${column}`;
            tell(() => evidence);
            expect(ledger.cut, where).to.deep.equal([]);
            expect(calls?.invocations.failed ?? [], `${where}, by Dapr`).to.deep.equal([]);
            expect(calls?.requests.failed ?? [], `${where}, by the Service`).to.deep.equal([]);
          }
        });
      });
    });
  }

  it('no row with daps is worse than with plain Dapr', () => {
    const worse = dapsCells().flatMap((cell) => {
      const { row, workload, column } = cell;
      const isSame = (one: Cell): boolean => one.row === row && one.workload === workload && one.column === 'plain';
      const plain = cells.find(isSame);
      if (plain === undefined || row.ends === 'sidecar' || !isAsMeant(cell) || !isAsMeant(plain)) return [];
      const facts = {
        workMs: workload.workMs,
        keptMs: keptMs(workload),
        outlivedMs: 0,
        redeliverMs: 0,
        isKilled: row.ends === 'app',
        chance: 0,
      };
      return worseThanPlain(measuredIn(plain), measuredIn(cell), facts, isReport ? 'quiet' : 'busy').map((one) =>
        sayWorse(`${row.name}, ${workload.name}, ${column}`, one),
      );
    });
    expect(worse.join('\n')).to.equal('');
  });

  const enough = isReport ? 100 : 12;
  it(`at least ${enough} pods were replaced`, () => {
    const replaced = dapsCells()
      .filter(isAsMeant)
      .reduce((sum, { terminations }) => sum + terminations.length, 0);
    expect(replaced).to.be.at.least(enough);
  });
});
