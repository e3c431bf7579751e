import { expect } from 'chai';
import { dapsResponses } from '../../../../proxy/channel/daps-responses.ts';
import { delivery, deliverySteps, success } from '../../../support/relay/delivery-steps.ts';
import type { Wire } from '../../../support/relay/raw-connection.ts';
import { Relay } from '../../../support/relay/stage.ts';

describe('The golden rule: a last try', () => {
  let relay: Relay;
  afterEach(() => relay.close());
  const { isHeld, arrives, isAnswered, cutTogether } = deliverySteps(() => relay);

  it('several deliveries are cut together each time: only the one that is cut alone is given up', async () => {
    relay = await Relay.open({ replays: 2 });
    const daprds = await cutTogether(3, 2);
    relay.gate.release();
    (await arrives(delivery)).reset();
    await relay.until('one is given up', () => relay.notes.length === 1);
    expect(relay.traffic.heldCount, 'nothing is sent to an app that may be gone').to.equal(2);
    relay.gate.release();
    for (let left = 2; left > 0; left -= 1) {
      const app = await arrives(delivery);
      expect(relay.traffic.heldCount, 'one at a time').to.equal(left - 1);
      await app.write(success);
    }
    await relay.settles();
    expect(relay.endings).to.have.members(['delivery daps 502', 'delivery app 200', 'delivery app 200']);
    const failure = dapsResponses['give-up'].bytes.length;
    await relay.until('daprd knows', () => daprds.filter(({ waitingBytes }) => waitingBytes === failure).length === 1);
  });

  it('a last try has the app to itself: new deliveries, and those cut less often, wait for its end', async () => {
    relay = await Relay.open({ replays: 2 });
    const [bystander] = await cutTogether(1, 1);
    relay.gate.release();
    const first = await arrives(delivery);
    const poison = await relay.daprd();
    await poison.write(delivery);
    const second = await arrives(delivery);
    first.reset();
    second.reset();
    await isHeld(2);
    relay.gate.release();
    const alone = await arrives(delivery);
    const late = await relay.daprd();
    await late.write(delivery);
    await isHeld(2);
    await relay.roundTrip();
    await alone.write(success);
    await bystander?.expects(success);
    for (const app of [await arrives(delivery), await arrives(delivery)]) await app.write(success);
    for (const daprd of [poison, late]) await daprd.expects(success);
    await relay.settles();
    const said = { what: 'last-try', kind: 'delivery', target: '/orders', attempts: 2 };
    expect([relay.notes, relay.lastTries]).to.deep.equal([[], [said]]);
  });

  it('a last try waits for the deliveries in flight', async () => {
    relay = await Relay.open({ replays: 1 });
    const worker = await relay.daprd();
    await worker.write(delivery);
    const work = await arrives(delivery);
    const [cut] = await cutTogether(1, 1);
    relay.gate.release();
    await relay.roundTrip();
    expect(relay.traffic.heldCount).to.equal(1);
    await work.write(success);
    await worker.expects(success);
    await isAnswered(cut as Wire, delivery);
  });

  it('a last try that hangs blocks others for a minute; then all go side by side', async () => {
    relay = await Relay.open({ replays: 1 });
    const daprds = await cutTogether(2, 1);
    relay.gate.release();
    const hung = await arrives(delivery);
    const late = await relay.daprd();
    await late.write(delivery);
    await isHeld(2);
    expect(relay.elapse()).to.equal(1);
    for (const app of [await arrives(delivery), await arrives(delivery)]) await app.write(success);
    await late.expects(success);
    await relay.until('one is still with the app', () => relay.endings.length === 2);
    await hung.write(success);
    for (const daprd of daprds) await daprd.expects(success);
    await relay.settles();
    expect(relay.elapse(), 'no timer is left').to.equal(0);
  });

  it('a crash counts once, also for a delivery that the dying app accepted again', async () => {
    relay = await Relay.open({ replays: 1 });
    const daprd = await relay.daprd();
    await daprd.write(delivery);
    const app = await arrives(delivery);
    await app.write(success);
    await daprd.expects(success);
    await daprd.write(delivery);
    await app.expects(delivery);
    app.reset();
    (await arrives(delivery)).reset();
    await isHeld();
    relay.gate.release();
    await isAnswered(daprd, delivery);
    expect(relay.notes).to.deep.equal([]);
  });

  it('the next last try begins when daprd gives one up', async () => {
    relay = await Relay.open({ replays: 1 });
    const [first, second] = await cutTogether(2, 1);
    relay.gate.release();
    const app = await arrives(delivery);
    expect(relay.traffic.heldCount).to.equal(1);
    first?.reset();
    await app.rest();
    await isAnswered(second as Wire, delivery);
  });
});
