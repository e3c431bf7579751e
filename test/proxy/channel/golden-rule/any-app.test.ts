import { expect } from 'chai';
import fc from 'fast-check';
import { dapsResponses } from '../../../../proxy/channel/daps-responses.ts';
import { delivery, deliverySteps, success } from '../../../support/relay/delivery-steps.ts';
import { connectWire, type Wire } from '../../../support/relay/raw-connection.ts';
import { Relay } from '../../../support/relay/stage.ts';
import { runsOf, seedFor } from '../../../support/sample.ts';

const seed = seedFor('the golden rule');
const runs = runsOf('DAPS_GOLDEN_RUNS', 300, 3000);

describe('The golden rule, whatever the app does', function () {
  this.timeout(600_000);
  let relay: Relay;
  afterEach(() => relay.close());
  const { arrives } = deliverySteps(() => relay);

  const behaviours = ['answer', 'slow', 'reset', 'end', 'reset within', 'end within', 'refuse', 'refuse'] as const;
  type Behaviour = (typeof behaviours)[number];
  const answerOf = (copy: number): string =>
    `HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nanswer ${String(copy).padStart(2)}`;

  /** An app that does as planned with each copy of a delivery that it gets, and answers in the end. */
  const play = async (plan: readonly Behaviour[], replays: number, isWarm: boolean): Promise<void> => {
    let [next, cuts] = [0, 0];
    let [answered, isOver] = ['', false];
    let mostCuts = replays + 1;
    const isRefused = (): boolean => {
      const isNext = plan[next] === 'refuse';
      if (isNext) next += 1;
      return isNext;
    };
    relay = await Relay.open({ replays, isRefused });
    relay.onSuspected = () => setImmediate(() => relay.gate.release());
    const act = async (app: Wire): Promise<void> => {
      while (plan[next] === 'refuse') next += 1;
      const behaviour = plan[next] ?? 'answer';
      next += 1;
      const answer = answerOf(next);
      if (behaviour === 'answer' || behaviour === 'slow') {
        answered = answer;
        await app.writePieces(Buffer.from(answer), behaviour === 'slow' ? 5 : answer.length);
        return;
      }
      cuts += 1;
      // The end of a connection that was idle: sent again at once, even where nothing is to be replayed.
      const isSentAtOnce = isWarm && cuts === 1 && !behaviour.endsWith('within');
      const isCutAtOnce = !['answer', 'slow', 'refuse'].includes(plan[next] ?? 'answer');
      if (isSentAtOnce) mostCuts = isCutAtOnce ? mostCuts + 1 : Math.max(mostCuts, 2);
      if (behaviour.endsWith('within')) await app.write(answer.slice(0, 1 + ((next * 17) % (answer.length - 1))));
      if (behaviour.startsWith('reset')) app.reset();
      else app.end();
    };
    const serve = async (): Promise<void> => {
      for (;;) {
        const app = await relay.app.accept();
        if (isOver) return;
        await app.expects(delivery);
        await act(app);
      }
    };
    const daprd = await relay.daprd();
    await daprd.write(delivery);
    if (isWarm) {
      const app = await arrives(delivery);
      await app.write(success);
      await daprd.expects(success);
      await daprd.write(delivery);
      await app.expects(delivery);
      await act(app);
    }
    const served = serve();
    await daprd.until('an answer or an end', () => daprd.closing !== undefined || daprd.waitingBytes >= 47);
    const isGivenUp = cuts === mostCuts;
    const seen = (isGivenUp ? await daprd.rest() : daprd.takeAll()).toString();
    const expected = isGivenUp ? dapsResponses['give-up'].bytes.toString() : answered;
    expect([daprd.closing, seen, relay.notes.length]).to.deep.equal([undefined, expected, isGivenUp ? 1 : 0]);
    expect(cuts).to.be.at.most(mostCuts);
    daprd.destroy();
    isOver = true;
    (await connectWire(relay.app.port)).destroy();
    await served;
    await relay.settles();
  };

  it("daprd sees the app's whole answer, or nothing until the replays are used up", async () => {
    const plans = fc.array(fc.constantFrom(...behaviours), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(plans, fc.integer({ min: 0, max: 4 }), fc.boolean(), async (plan, replays, isWarm) => {
        try {
          await play(plan, replays, isWarm);
        } finally {
          await relay.close();
        }
      }),
      { numRuns: runs, seed },
    );
    relay = await Relay.open();
  });
});
