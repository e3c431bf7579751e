import { expect } from 'chai';
import { dapsResponses } from '../../../../proxy/channel/daps-responses.ts';
import { call, delivery, deliverySteps, healthy } from '../../../support/relay/delivery-steps.ts';
import { Relay } from '../../../support/relay/stage.ts';

describe('The golden rule: requests to a port that refuses', () => {
  let relay: Relay;
  afterEach(() => relay.close());
  const { isAnswered, expectSilence } = deliverySteps(() => relay);

  it('daps answers a health check once it is complete', async () => {
    relay = await Relay.open({ isRefused: () => true });
    const daprd = await relay.daprd();
    await daprd.write('GET /healthz HTTP/1.1\r\nContent-Length: 3\r\n\r\na');
    await relay.until('it is refused', () => relay.suspected.length === 1);
    await daprd.write('bc');
    await daprd.expects(healthy);
    await relay.settles();
    expect(relay.endings).to.deep.equal(['health daps 200']);
  });

  it('a delivery is held each time, and a refusal counts as no attempt', async () => {
    let isDown = true;
    relay = await Relay.open({ replays: 0, isRefused: () => isDown });
    const daprd = await relay.daprd();
    await daprd.write(delivery);
    for (let times = 1; times <= 5; times += 1) {
      await relay.until('it is refused', () => relay.suspected.length === times && relay.traffic.heldCount === 1);
      if (times < 5) relay.gate.release();
    }
    expect(relay.suspected).to.deep.equal(Array<string>(5).fill('refused'));
    expectSilence(daprd, 0);
    isDown = false;
    relay.gate.release();
    await isAnswered(daprd, delivery);
    expect(relay.traffic.replayedCount).to.equal(0);
  });

  it('daps answers a health check with 200 and a call with 503', async () => {
    relay = await Relay.open({ isRefused: () => true });
    const daprd = await relay.daprd();
    await daprd.write('GET /healthz HTTP/1.1\r\n\r\n');
    await daprd.expects(healthy);
    await daprd.write(call);
    expect((await daprd.rest()).equals(dapsResponses['app-down'].bytes)).to.equal(true);
    daprd.end();
    await daprd.closed();
    await relay.settles();
    expect(relay.suspected).to.deep.equal(['refused', 'refused']);
    expect(relay.endings).to.deep.equal(['health daps 200', 'invocation daps 503']);
  });
});
