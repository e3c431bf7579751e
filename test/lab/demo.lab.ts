import { expect } from 'chai';
import { isAskedFor, telling } from '../support/repeat-alone.ts';
import { isFull, sampleOf } from '../support/sample.ts';
import { Equipment } from './equipment.ts';
import { type Column, columns } from './release.ts';
import { writeReport } from './suite/report.ts';
import { lostEntries, type Played, playVersion, type Version, versions } from './suite/versions.ts';
import { versionsTable } from './suite/versions-table.ts';
import { isWritten } from './suite/workloads.ts';

// The whole demo has 13 replicas and plain Dapr beside daps (npm run lab:demo); here are small ones.
const isWhole = isFull || process.env['DAPS_DEMO_REPLICAS'] !== undefined;
const replicas = Number(process.env['DAPS_DEMO_REPLICAS'] ?? (isWhole ? 13 : 2));
const atATime = isWhole ? 1 : 2;
const only = process.env['DAPS_DEMO_VERSIONS']?.split(',').map(Number);
const sample = sampleOf(
  {
    items: versions,
    nameOf: ({ what }) => what,
    kindsOf: ({ hasLog }) => [hasLog ? 'work after the answer' : 'work before the answer'],
  },
  { isWhole },
);
const chosen = only === undefined ? sample : versions.filter(({ number }) => only.includes(number));

const titleOf = ({ number, what }: Version): string => `v${number} (${what}) with daps: no failed call, no lost entry`;

describe('the nine versions of a graceful-shutdown demo', function () {
  this.timeout(3_600_000);
  const played: Played[] = [];

  const playAll = async (asked: readonly Version[]): Promise<void> => {
    const equipment = await Equipment.open();
    const queue = asked.flatMap((version) =>
      (isWhole ? (['plain', 'daps'] as const) : (['daps'] as const)).map((column) => ({ version, column })),
    );
    const work = async (): Promise<void> => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const one = await playVersion(equipment, next.version, next.column, replicas);
        played.push(one);
        process.stderr.write(`${versionsTable([one]).split('\n')[2]}\n`);
        for (const calls of Object.values(one.calls))
          if (calls.failedCount > 0) process.stderr.write(`${JSON.stringify(calls.reasons)}\n`);
      }
    };
    await Promise.all(Array.from({ length: atATime }, work));
    await equipment.close();
    const order = (one: Played): number => one.version.number * 10 + columns.indexOf(one.column);
    played.sort((a, b) => order(a) - order(b));
  };

  before(function () {
    const suite = this.test?.parent?.fullTitle();
    return telling(this.test, () => playAll(chosen.filter((one) => isAskedFor(`${suite} ${titleOf(one)}`))));
  });

  after(() => {
    process.stderr.write(`\n${versionsTable(played)}\n`);
    if (isWritten && isWhole && only === undefined) writeReport('versions', versionsTable(played));
  });

  const of = (number: number, column: Column): Played | undefined =>
    played.find((one) => one.version.number === number && one.column === column);

  for (const version of chosen)
    it(titleOf(version), function () {
      return telling(this.test, () => {
        const one = of(version.number, 'daps');
        if (one === undefined) throw new Error('it was not played');
        expect(one.calls.invocations.failed, 'through daprd').to.deep.equal([]);
        expect(one.calls.requests.failed, 'through the Service').to.deep.equal([]);
        expect(lostEntries(one)).to.deep.equal([]);
        expect(one.calls.requests.made).to.be.greaterThan(100);
      });
    });
});
