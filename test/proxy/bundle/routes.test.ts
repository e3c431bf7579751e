import { expect } from 'chai';
import type { Answer } from '../../support/sidecar/fake-daprd.ts';
import { Stage } from '../../support/sidecar/stage.ts';

const json = { 'content-type': 'application/json' };
const event = { 'content-type': 'application/cloudevents+json' };
const ofSomebody = { 'dapr-caller-app-id': 'web', 'dapr-callee-app-id': 'orders' };

const told = (routes: object): { readonly kind: 'told'; readonly json: string } => ({
  kind: 'told',
  json: JSON.stringify(routes),
});

describe('a request to the app', () => {
  let stage: Stage;
  afterEach(() => stage.strike());

  /** daprd has asked the app what it wants, and was asked for its routes. */
  const begun = async (): Promise<void> => {
    stage = await Stage.open();
    stage.app.subscribe = '[{"pubsubname":"p","topic":"orders","route":"/orders"}]';
    await stage.daprd.send('GET', '/dapr/subscribe', '', json);
    await stage.passes(1500);
    expect(stage.daprd.metadataAsked).to.equal(1);
    stage.app.answersAtOnce = false;
  };
  const toItself = (): Promise<Answer> => stage.daprd.send('POST', '/price', 'itself', json);

  it('from itself while it drains is forwarded, because a delivery waits for it', async () => {
    await begun();
    const delivery = stage.daprd.deliver('one');
    await stage.appWorks();
    await stage.podGoes();
    const hook = stage.appHook();
    const call = toItself();
    await stage.appWorks(2);
    for (const { answer } of stage.app.waiting) answer();
    expect((await call).body).to.equal('done itself');
    expect((await delivery).status).to.equal(200);
    expect((await stage.drained(hook)).body).to.equal('drained\n');
  });

  it('from itself is not sent twice after a crash', async () => {
    await begun();
    const call = toItself();
    await stage.appWorks();
    stage.app.crash();
    expect((await call).status).to.equal(502);
    await stage.phase('app-down');
    await stage.app.listen();
    await stage.phase('open');
    expect(stage.app.seen).to.deep.equal(['itself']);
  });

  it('from itself does not keep its pod', async () => {
    await begun();
    const stream = toItself();
    await stage.appWorks();
    await stage.podGoes();
    expect((await stage.drained()).body).to.equal('drained\n');
    expect(await stage.isSettled(stream)).to.equal(false);
    stage.daprd.end();
    await Promise.allSettled([stream]);
  });

  it('is held while it drains, whatever the metadata of its publisher', async () => {
    await begun();
    await stage.podGoes();
    const held = stage.daprd.send('POST', '/orders', 'one', { ...event, ...ofSomebody });
    await stage.isHeld(1);
    stage.daprd.end();
    await Promise.allSettled([held]);
  });

  it('as JSON counts as a delivery until daprd has listed its routes, and if it does not', async () => {
    stage = await Stage.open();
    stage.daprd.tells = { kind: 'refused', status: 404 };
    await stage.daprd.send('GET', '/dapr/subscribe', '', json);
    await stage.passes(1500);
    expect(stage.warnings()).to.have.length(1);
    expect(stage.warnings()[0]).to.contain('allowlist');
    await stage.podGoes();
    const held = toItself();
    await stage.isHeld(1);
    expect(stage.warnings(), 'said once').to.have.length(1);
    stage.daprd.end();
    await Promise.allSettled([held]);
  });

  it('to a new route makes the sidecar ask daprd, now and then', async () => {
    await begun();
    stage.app.answersAtOnce = true;
    for (let count = 0; count < 5; count += 1) await toItself();
    expect(stage.daprd.metadataAsked, 'at once').to.equal(1);
    for (let second = 0; second < 60; second += 1) {
      await stage.passes(1000);
      await toItself();
    }
    expect(stage.daprd.metadataAsked, 'in a minute').to.be.within(5, 8);
    stage.daprd.tells = told({
      components: [{ name: 'queue', type: 'bindings.kafka', capabilities: ['INPUT_BINDING'] }],
    });
    await stage.passes(30_000);
    await stage.daprd.send('POST', '/queue', 'first', json);
    await stage.passes(100);
    await stage.podGoes();
    const held = stage.daprd.send('POST', '/queue', 'second', json);
    await stage.isHeld(1);
    stage.daprd.end();
    await Promise.allSettled([held]);
  });

  it('by OPTIONS says which bindings the app takes', async () => {
    stage = await Stage.open();
    stage.daprd.tells = told({ components: [{ name: 'q', type: 'bindings.kafka', capabilities: ['INPUT_BINDING'] }] });
    await stage.daprd.send('OPTIONS', '/taken', '', json);
    await stage.passes(1500);
    await stage.podGoes();
    const held = stage.daprd.send('POST', '/taken', 'one', json);
    await stage.isHeld(1);
    expect((await toItself()).status, 'no binding').to.equal(200);
    stage.daprd.end();
    await Promise.allSettled([held]);
  });
});
