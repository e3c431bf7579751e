import { ensureRabbit, ensureRedis } from '../support/broker.ts';
import { down } from './down.ts';
import { whyNot } from './requirements.ts';
import { isUp, up } from './up.ts';

let wasUp = false;

/** The lab is there for every suite; where it was not there before, it is taken down again. */
export const mochaHooks = {
  async beforeAll(this: Mocha.Context): Promise<void> {
    this.timeout(1_800_000);
    const reasons = whyNot();
    if (reasons.length > 0 && !process.env['CI']) {
      process.stderr.write(`left out: the lab. ${reasons.join('\n')}\n`);
      this.skip();
    }
    await Promise.all([ensureRabbit(), ensureRedis()]);
    wasUp = isUp();
    await up((line) => process.stderr.write(`lab: ${line}\n`));
  },
  async afterAll(this: Mocha.Context): Promise<void> {
    this.timeout(120_000);
    if (!wasUp) await down();
  },
};
