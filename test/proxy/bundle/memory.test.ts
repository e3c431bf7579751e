import { expect } from 'chai';
import { holdDeliveries } from '../../support/relay/held-deliveries.ts';

/** What the bench holds the sidecar to, and what a machine beside other work may show. */
const mostMegabytes = 72;

describe('the memory of the sidecar as a process', function () {
  this.timeout(180_000);

  for (const [count, bytes] of [
    [1024, 64 * 1024],
    [1024, 1024],
    [64, 1024 * 1024],
    [64, 5 * 1024 * 1024],
  ] as const)
    it(`${count} deliveries of ${bytes} bytes, held, take at most ${mostMegabytes} MB, and all are answered`, async () => {
      const { privateMegabytes, statuses } = await holdDeliveries(count, bytes);
      expect(statuses.filter((status) => status === 200)).to.have.length(count);
      expect(privateMegabytes, 'MB').to.be.at.most(mostMegabytes);
    });
});
