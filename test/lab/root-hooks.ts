import { ensureRabbit, ensureRedis } from '../support/scenario/broker.ts';
import { sweepLabNamespaces } from './cluster.ts';
import { enter, leave } from './guests.ts';
import { whyNot } from './requirements.ts';

let isGuest = false;

/** The lab is there for every suite; where it was not there before, it goes when the last test process has ended. */
export const mochaHooks = {
  async beforeAll(this: Mocha.Context): Promise<void> {
    this.timeout(3_600_000); // others may have their turn first
    const reasons = whyNot();
    if (reasons.length > 0 && !process.env['CI']) {
      process.stderr.write(`left out: the lab. ${reasons.join('\n')}\n`);
      this.skip();
    }
    await Promise.all([ensureRabbit(), ensureRedis()]);
    await enter((line) => process.stderr.write(`lab: ${line}\n`));
    isGuest = true;
    await sweepLabNamespaces();
  },
  async afterAll(this: Mocha.Context): Promise<void> {
    this.timeout(300_000);
    if (isGuest) await leave();
  },
};
