import { expect } from 'chai';
import { env } from '../../../proxy/contract/names.ts';
import type { Answer } from '../../support/sidecar/fake-daprd.ts';
import { Stage } from '../../support/sidecar/stage.ts';

/** What daprd sees of a delivery that nobody may have answered. */
const fateOf = (delivery: Promise<Answer>): Promise<string> =>
  delivery.then(
    () => 'answered',
    () => 'cut with daprd',
  );

describe('the sidecar', () => {
  let stage: Stage;
  afterEach(() => stage.strike());

  describe('the gate', () => {
    it('has no listening socket before the app is ready', async () => {
      stage = await Stage.set();
      expect(await stage.isGateOpen()).to.equal(false);
      stage.app.isReady = false;
      await stage.app.listen();
      await stage.passes(20_000);
      expect(await stage.isGateOpen()).to.equal(false);
      expect((await stage.control('GET', '/readyz')).status).to.equal(503);
      stage.app.isReady = true;
      await stage.phase('open');
      expect(await stage.isGateOpen()).to.equal(true);
      expect((await stage.control('GET', '/readyz')).status).to.equal(200);
    });

    it('opens after ready-timeout, and says in one line why and what to do', async () => {
      stage = await Stage.set({ [env.readyTimeout]: '300ms' });
      stage.app.isReady = false;
      await stage.app.listen();
      await stage.passes(299);
      expect(await stage.isGateOpen()).to.equal(false);
      await stage.phase('open');
      expect(stage.warnings()).to.have.length(1);
      expect(stage.warnings()[0]).to.include('/v1.0/healthz/outbound').and.include('daps.io/ready-timeout');
    });

    it('does not open after ready-timeout while nothing listens on the app-port', async () => {
      stage = await Stage.set({ [env.readyTimeout]: '100ms' });
      await stage.passes(20_000);
      expect(await stage.isGateOpen()).to.equal(false);
      expect(stage.warnings()).to.deep.equal([]);
    });

    it('asks often for 10 s, and then in the period of the probe, but opens in time', async () => {
      stage = await Stage.set({ [env.readyProbePeriod]: '45s', [env.readyTimeout]: '90s' });
      stage.daprd.hasAllButApp = false; // so that no circle is looked for
      let asked = 0;
      stage.app.isReady = false;
      stage.app.onHealth = () => {
        asked += 1;
      };
      await stage.app.listen();
      await stage.passes(10_000);
      expect(asked).to.be.within(50, 101);
      asked = 0;
      await stage.passes(79_000);
      expect(asked).to.be.within(1, 2);
      await stage.passes(1100);
      expect(stage.sidecar.lifecycle.phase).to.equal('open');
    });

    it('counts a TCP connect as ready if that is the probe', async () => {
      stage = await Stage.set({ [env.readyProbe]: 'tcp://127.0.0.1:APP' });
      stage.app.isReady = false;
      await stage.app.listen();
      await stage.phase('open');
    });
  });

  describe('an app whose readiness asks daprd', () => {
    /** Such an app is ready when daprd could reach it; daprd counts what it says until then. */
    const setCircle = async (settings: Readonly<Record<string, string>> = {}): Promise<void> => {
      stage = await Stage.set(settings);
      const { app, daprd } = stage;
      app.isReady = false;
      app.onHealth = () => {
        if (daprd.unhealthyCount !== undefined && !app.isReady) daprd.unhealthyCount += 1;
      };
      await app.listen();
    };

    it('makes daps open the gate at once, and gets deliveries when it is ready', async () => {
      await setCircle();
      await stage.phase('let-in');
      expect(stage.warnings()).to.deep.equal([]);
      expect((await stage.daprd.send('GET', '/dapr/subscribe')).body, "daprd's own question").to.equal('[]');
      expect((await stage.daprd.call('/orders')).status, 'a call').to.equal(200);
      const delivery = stage.daprd.deliver('m1');
      await stage.isHeld(1);
      stage.app.isReady = true;
      await stage.phase('open');
      expect((await stage.awaits('the delivery', delivery)).body).to.equal('done m1');
    });

    it('is not found if other clients ask daprd, but the app does not', async () => {
      await setCircle();
      stage.app.onHealth = () => {};
      await stage.passes(60_000);
      expect(await stage.isGateOpen()).to.equal(false);
    });

    it('is not found before daprd is healthy but for the app', async () => {
      await setCircle();
      stage.daprd.hasAllButApp = false;
      await stage.passes(20_000);
      expect(await stage.isGateOpen()).to.equal(false);
      stage.daprd.hasAllButApp = true;
      await stage.passes(2000);
      expect(stage.sidecar.lifecycle.phase).to.equal('let-in');
    });

    it("is not found without daprd's metrics: the ready-timeout opens the gate", async () => {
      await setCircle({ [env.readyTimeout]: '90s' });
      stage.daprd.unhealthyCount = undefined;
      await stage.passes(89_000);
      expect(await stage.isGateOpen()).to.equal(false);
      await stage.phase('open');
    });

    it('counts as down when it ends, like any other', async () => {
      await setCircle();
      await stage.phase('let-in');
      stage.app.crash();
      await stage.phase('app-down');
      stage.app.isReady = true;
      await stage.app.listen();
      await stage.phase('open');
    });

    it('gives held deliveries back if it stays unready, and daprd waits at a closed gate', async () => {
      await setCircle({ [env.giveBackAfter]: '30s' });
      await stage.phase('let-in');
      const fate = fateOf(stage.daprd.deliver('m1'));
      await stage.isHeld(1);
      await stage.phase('waiting');
      expect(await fate).to.equal('cut with daprd');
      stage.daprd.isRunning = true;
      await stage.passes(60_000);
      expect(await stage.isGateOpen()).to.equal(false);
      expect(stage.app.seen).to.deep.equal([]);
    });
  });

  describe('a drain', () => {
    it('waits for the work in flight, holds new deliveries, and only then lets the app stop', async () => {
      stage = await Stage.open();
      stage.app.answersAtOnce = false;
      const working = stage.daprd.deliver('one');
      await stage.appWorks();
      await stage.podGoes();
      const hook = stage.appHook();
      const held = stage.daprd.deliver('two');
      const job = stage.daprd.send('POST', '/job/nightly', 'three', { 'content-type': 'application/json' });
      await stage.isHeld(2);
      await stage.passes(6000);
      expect(stage.app.seen).to.deep.equal(['one']);
      expect(await stage.isSettled(hook)).to.equal(false);
      stage.app.waiting[0]?.answer();
      expect(await working).to.deep.equal({ status: 200, body: 'done one' });
      expect(await stage.drained(hook)).to.deep.equal({ status: 200, body: 'drained\n' });
      expect(stage.sidecar.lifecycle.phase).to.equal('drained');
      expect(await stage.isSettled(held)).to.equal(false);
      expect(await stage.isSettled(job)).to.equal(false);
      expect(stage.app.seen).to.deep.equal(['one']);
      stage.daprd.end();
      await Promise.allSettled([held, job]);
    });

    it('keeps serving calls until there are none', async () => {
      stage = await Stage.open();
      await stage.podGoes();
      expect((await stage.daprd.call('/price')).status).to.equal(200);
      const actor = await stage.daprd.send('PUT', '/actors/Cart/1/method/add', 'x');
      expect(actor.status).to.equal(200);
      expect((await stage.drained()).body).to.equal('drained\n');
    });

    it('waits for pre-stop-delay, because callers still call', async () => {
      stage = await Stage.open({ [env.preStopDelay]: '1s' });
      await stage.podGoes();
      await stage.passes(999);
      expect(stage.sidecar.lifecycle.phase).to.equal('draining');
      await stage.passes(1);
      expect(stage.sidecar.lifecycle.phase).to.equal('drained');
      expect((await stage.appHook()).body).to.equal('drained\n');
    });

    it('parks a call, then asks daprd to send its callers away, when no work is in flight', async () => {
      stage = await Stage.open();
      stage.app.answersAtOnce = false;
      const working = stage.daprd.deliver('one');
      await stage.appWorks();
      await stage.podGoes();
      stage.app.answersAtOnce = true;
      await stage.daprd.call('/price');
      await stage.passes(6000);
      expect(stage.daprd.asked).to.deep.equal([]);
      stage.app.waiting[0]?.answer();
      await working;
      await stage.drained();
      expect(stage.daprd.asked.map(({ what }) => what)).to.deep.equal(['park', 'graceful']);
    });

    it('ends an injected daprd when that gets its SIGTERM, once the app has ended', async () => {
      stage = await Stage.open();
      await stage.podGoes();
      await stage.drained();
      expect(stage.daprd.asked.map(({ what }) => what)).to.deep.equal(['park']);
      stage.app.crash();
      await stage.passes(20_000);
      expect(stage.daprd.timesOf('at-once'), 'an app may close its port and publish later').to.deep.equal([]);
      stage.daprd.sigterm();
      await stage.until('daprd is ended', () => !stage.daprd.isRunning);
      await stage.passes(1000);
      expect(await stage.isGateOpen(), 'for a daprd that the kubelet starts once more').to.equal(false);
      void stage.sidecar.lifecycle.sigterm();
      await stage.awaits('the end', stage.sidecar.lifecycle.ended);
    });

    const portIsTheSign: readonly (readonly [
      string,
      Readonly<Record<string, string>>,
      (own: Stage) => Promise<unknown>,
    ])[] = [
      ['its callers were sent away, which it tells only once', {}, (own) => own.daprd.call('/last')],
      ['it waits at its SIGTERM', { [env.daprdBlocksShutdown]: 'true' }, async () => undefined],
      [
        'it takes no parked call',
        {},
        async (own) => {
          own.daprd.isReachable = false;
        },
      ],
    ];
    for (const [why, settings, prepare] of portIsTheSign)
      it(`ends an injected daprd when the app's port has been closed for a second, if ${why}`, async () => {
        stage = await Stage.open(settings);
        await stage.podGoes();
        const hook = stage.appHook();
        await prepare(stage);
        await stage.drained(hook);
        await stage.passes(20_000);
        expect(stage.daprd.timesOf('at-once')).to.deep.equal([]);
        stage.app.crash();
        await stage.passes(1000);
        expect(stage.daprd.timesOf('at-once')).to.deep.equal([]);
        await stage.until('daprd is ended', () => !stage.daprd.isRunning);
      });

    it('ends an inline daprd at its own SIGTERM, not before', async () => {
      stage = await Stage.open({ [env.daprd]: 'inline' });
      await stage.daprd.deliver('one');
      await stage.podGoes();
      await stage.drained();
      stage.app.crash();
      await stage.passes(20_000);
      expect(stage.daprd.asked, 'no callers, so nothing to park for').to.deep.equal([]);
      void stage.sidecar.lifecycle.sigterm();
      await stage.awaits('the end', stage.sidecar.lifecycle.ended);
      expect(stage.daprd.timesOf('at-once')).to.have.length(1);
      expect(stage.daprd.isRunning).to.equal(false);
    });

    it('ends no daprd within 0.5 s of the last answer, whose ack may be on its way', async () => {
      stage = await Stage.open({ [env.daprd]: 'inline' });
      await stage.podGoes();
      await stage.passes(200);
      await stage.daprd.call('/last');
      const answeredMs = stage.clock.nowMs();
      void stage.sidecar.lifecycle.sigterm();
      await stage.awaits('the end', stage.sidecar.lifecycle.ended);
      expect(stage.daprd.timesOf('at-once')).to.deep.equal([answeredMs + 500]);
    });

    it('parks a call with an inline daprd if there were callers', async () => {
      stage = await Stage.open({ [env.daprd]: 'inline' });
      await stage.podGoes();
      await stage.daprd.call('/price');
      await stage.drained();
      expect(stage.daprd.asked.map(({ what }) => what)).to.deep.equal(['park', 'graceful']);
    });

    it('lets the app stop at the deadline, and says so', async () => {
      stage = await Stage.open({ [env.gracePeriod]: '2s', [env.drainReserve]: '1s' });
      stage.app.answersAtOnce = false;
      void stage.daprd.deliver('one').catch(() => {});
      await stage.appWorks();
      await stage.podGoes();
      expect((await stage.drained()).body).to.equal('drained\n');
      expect(stage.warnings().join()).to.include('the app still works').and.include('daps.io/grace-period');
    });

    it('says that a stream has no end of its own', async () => {
      stage = await Stage.open({ [env.gracePeriod]: '6s', [env.drainReserve]: '1s' });
      stage.app.answersAtOnce = false;
      void stage.daprd.call('/prices').catch(() => {});
      await stage.appWorks();
      await stage.podGoes();
      expect((await stage.drained()).body).to.equal('drained\n');
      expect(stage.warnings().join()).to.include('A stream').and.not.include('still works');
    });

    it('waits while the app says it is busy', async () => {
      stage = await Stage.open({ [env.busyUrl]: 'http://127.0.0.1:APP/busy' });
      stage.app.busyAnswer = '{"busy":true}';
      await stage.podGoes();
      const hook = stage.appHook();
      await stage.passes(6000);
      expect(await stage.isSettled(hook)).to.equal(false);
      stage.app.busyAnswer = '{"busy":false}';
      expect((await stage.drained(hook)).body).to.equal('drained\n');
      expect(stage.warnings()).to.deep.equal([]);
    });

    it('counts any other answer of the busy-path as busy until the deadline, and says so once', async () => {
      stage = await Stage.open({ [env.busyUrl]: 'http://127.0.0.1:APP/healthz', [env.gracePeriod]: '3s' });
      await stage.podGoes();
      await stage.drained();
      expect(stage.warnings().filter((words) => words.includes('busy-path'))).to.have.length(1);
      expect(stage.warnings().some((words) => words.includes('grace period'))).to.equal(true);
    });

    it("runs the app container's own preStop hook, a sleep from the pod's deletion on, before the app may go", async () => {
      stage = await Stage.open({ [env.appPreStop]: 'sleep:700ms' });
      await stage.podGoes();
      const hook = stage.appHook();
      await stage.passes(699);
      expect(stage.sidecar.lifecycle.phase).to.equal('draining');
      await stage.passes(1);
      expect(stage.sidecar.lifecycle.phase).to.equal('drained');
      expect((await hook).body).to.equal('drained\n');
    });

    it('answers the health check of the user, whatever the app says', async () => {
      stage = await Stage.open({ [env.appHealthPath]: '/healthz' });
      stage.app.isReady = false;
      expect((await stage.daprd.send('GET', '/healthz')).status).to.equal(503);
      await stage.podGoes();
      expect((await stage.daprd.send('GET', '/healthz')).status).to.equal(200);
      await stage.drained();
    });
  });

  describe('the hooks', () => {
    it('may be called twice and in any order', async () => {
      stage = await Stage.open();
      const first = stage.appHook();
      await stage.passes(100);
      await stage.podGoes();
      await stage.podGoes();
      const second = stage.appHook();
      expect([await stage.drained(first), await stage.drained(second)].map(({ body }) => body)).to.deep.equal([
        'drained\n',
        'drained\n',
      ]);
      expect((await stage.appHook()).body).to.equal('drained\n');
      expect(stage.daprd.timesOf('park')).to.have.length(1);
    });

    it('drain at SIGTERM if none was called', async () => {
      stage = await Stage.open();
      stage.app.answersAtOnce = false;
      const working = stage.daprd.deliver('one');
      await stage.appWorks();
      void stage.sidecar.lifecycle.sigterm();
      const held = stage.daprd.deliver('two');
      held.catch(() => {});
      await stage.isHeld(1);
      await stage.passes(6000);
      expect(stage.daprd.isRunning).to.equal(true);
      stage.app.waiting[0]?.answer();
      expect((await working).status).to.equal(200);
      await stage.awaits('the end', stage.sidecar.lifecycle.ended);
      expect(stage.app.seen).to.deep.equal(['one']);
    });

    it('let only the app container restart when the pod is not going, and change nothing', async () => {
      stage = await Stage.open({ [env.gracePeriod]: '4s', [env.drainReserve]: '1s' });
      const hook = stage.appHook();
      await stage.passes(2000);
      expect(await stage.isSettled(hook), "the sidecar's own hook may be late").to.equal(false);
      expect((await stage.daprd.deliver('one')).status).to.equal(200);
      expect(await stage.drained(hook)).to.deep.equal({ status: 200, body: 'restart\n' });
      expect(stage.lines.find(({ words }) => words.includes('is stopped'))?.facts).to.deep.equal({ waitedMs: 3000 });
      expect(stage.sidecar.lifecycle.phase).to.equal('open');
    });

    const missing = (): readonly string[] =>
      stage.lines
        .filter(({ level, words }) => level === 'warn' && words.includes("nobody has called the app's preStop hook"))
        .map(({ words }) => words);

    it("are reported missing if the app's does not arrive in 10 s", async () => {
      stage = await Stage.open();
      await stage.podGoes();
      await stage.passes(9000);
      expect(missing()).to.deep.equal([]);
      await stage.passes(2000);
      expect(missing()).to.have.length(1);
    });

    it("are reported missing if the sidecar stops without the app's", async () => {
      stage = await Stage.open();
      await stage.podGoes();
      void stage.sidecar.lifecycle.sigterm();
      await stage.awaits('the end', stage.sidecar.lifecycle.ended);
      expect(missing()).to.have.length(1);
    });

    it("are not reported missing if the app's was called", async () => {
      stage = await Stage.open();
      await stage.podGoes();
      await stage.drained();
      await stage.passes(11_000);
      expect(missing()).to.deep.equal([]);
    });

    it('are not reported missing if the app has one of its own', async () => {
      stage = await Stage.open({ [env.appHook]: 'none' });
      await stage.podGoes();
      await stage.passes(11_000);
      expect(missing()).to.deep.equal([]);
    });

    it("are reported missing if the app is gone before the sidecar's own hook", async () => {
      stage = await Stage.open();
      stage.app.crash();
      stage.daprd.deliver('one').catch(() => {});
      await stage.phase('app-down');
      await stage.podGoes();
      await stage.passes(11_000);
      expect(missing()).to.have.length(1);
    });

    it('are not reported missing if the app has been down for some time', async () => {
      stage = await Stage.open();
      stage.app.crash();
      stage.daprd.deliver('one').catch(() => {});
      await stage.phase('app-down');
      await stage.passes(12_000);
      await stage.podGoes();
      await stage.passes(11_000);
      expect(missing()).to.deep.equal([]);
    });

    it('keep the containers beside the app for as long as the app', async () => {
      stage = await Stage.open();
      stage.app.answersAtOnce = false;
      const working = stage.daprd.deliver('one');
      await stage.appWorks();
      const hooks = [stage.appHook(), stage.containerHook()];
      await stage.podGoes();
      await stage.passes(2000);
      for (const hook of hooks) expect(await stage.isSettled(hook)).to.equal(false);
      stage.app.waiting[0]?.answer();
      expect((await working).status).to.equal(200);
      for (const hook of hooks) expect((await stage.drained(hook)).body).to.equal('drained\n');
    });

    it("let a container beside the app restart without the app's own hook", async () => {
      stage = await Stage.open({ [env.appPreStop]: 'http://127.0.0.1:APP/bye' });
      expect((await stage.drained(stage.containerHook())).body).to.equal('restart\n');
      expect(stage.app.seen).to.deep.equal([]);
      expect((await stage.drained(stage.appHook())).body).to.equal('restart\n');
      expect(stage.app.seen).to.have.length(1);
    });

    it('belong to one end of the pod if the second is seconds late', async () => {
      stage = await Stage.open();
      const hook = stage.appHook();
      await stage.passes(4000);
      await stage.podGoes();
      expect((await stage.drained(hook)).body).to.equal('drained\n');
    });
  });

  describe('an app that crashes', () => {
    /** A message that cannot be sent again waits for daprd's end, which waits for a small one in flight. */
    const givingBackALargeOne = async (): Promise<{ large: Promise<string>; small: Promise<Answer> }> => {
      stage = await Stage.open({ [env.giveBackAfter]: '100ms' });
      stage.app.answersAtOnce = false;
      const large = fateOf(stage.daprd.deliver('x'.repeat(8 * 1024 * 1024)));
      await stage.appWorks();
      stage.app.cut();
      const small = stage.daprd.deliver('small');
      await stage.appWorks();
      await stage.phase('giving-back');
      return { large, small };
    };

    /** A message goes back with a daprd that still lives for a while, because its app stays away. */
    const givingBackOne = async (daprdLivesMs: number): Promise<{ held: Promise<string> }> => {
      stage = await Stage.open({ [env.giveBackAfter]: '500ms' });
      stage.daprd.diesAfterMs = daprdLivesMs;
      stage.app.answersAtOnce = false;
      const held = fateOf(stage.daprd.deliver('one'));
      await stage.appWorks();
      stage.app.crash();
      await stage.phase('giving-back');
      return { held }; // in an object: a promise that is returned would be awaited
    };

    it('gets again what it had in flight when it is ready, and nothing fails', async () => {
      stage = await Stage.open();
      stage.app.answersAtOnce = false;
      const cut = ['one', 'two', 'three'].map((id) => stage.daprd.deliver(id));
      await stage.appWorks(3);
      stage.app.crash();
      await stage.phase('app-down');
      const meanwhile = stage.daprd.deliver('four');
      await stage.isHeld(4);
      const refused = await stage.daprd.call('/price');
      expect(refused.status).to.equal(503);
      expect(JSON.parse(refused.body)).to.include({ errorCode: 'ERR_DAPS_APP_DOWN' });
      stage.app.answersAtOnce = true;
      stage.app.isReady = false;
      await stage.app.listen();
      await stage.passes(30_000);
      expect(stage.app.seen, 'nothing before it is ready').to.have.length(3);
      stage.app.isReady = true;
      const answers = await stage.awaits('all answers', Promise.all([...cut, meanwhile]));
      expect(answers.map(({ body }) => body)).to.have.members(['done one', 'done two', 'done three', 'done four']);
      expect(stage.sidecar.traffic.replayedCount).to.equal(3);
    });

    it('slowly, and accepts connections for a moment longer, gets no last try before it is ready again', async () => {
      stage = await Stage.open({ [env.replays]: '1' });
      stage.app.answersAtOnce = false;
      const cut = stage.daprd.deliver('one');
      await stage.appWorks();
      stage.app.isReady = false;
      stage.app.cut();
      await stage.isHeld(1);
      await stage.passes(4900);
      expect(stage.app.seen).to.deep.equal(['one']);
      stage.app.crash();
      await stage.phase('app-down');
      stage.app.isReady = true;
      stage.app.answersAtOnce = true;
      await stage.app.listen();
      expect((await stage.awaits('an answer', cut)).body).to.equal('done one');
      expect(stage.app.seen).to.deep.equal(['one', 'one']);
    });

    it('is noticed without traffic, by the connections that end', async () => {
      stage = await Stage.open();
      await stage.daprd.deliver('one');
      stage.app.crash();
      await stage.phase('app-down');
    });

    it('each time it gets one delivery: daps gives that one up after two replays', async () => {
      stage = await Stage.open({ [env.replays]: '2' });
      stage.app.answersAtOnce = false;
      const poison = stage.daprd.deliver('poison');
      for (let crashes = 0; crashes < 3; crashes += 1) {
        await stage.appWorks();
        stage.app.crash();
        await stage.phase('app-down');
        await stage.app.listen();
        await stage.phase('open');
      }
      expect((await poison).status).to.equal(502);
      expect(stage.app.seen).to.deep.equal(['poison', 'poison', 'poison']);
      expect(stage.warnings().join()).to.include('given up');
    });

    it('and stays away: daps restarts daprd, so that others get its messages', async () => {
      stage = await Stage.open({ [env.giveBackAfter]: '500ms' });
      stage.app.answersAtOnce = false;
      const held = fateOf(stage.daprd.deliver('one'));
      await stage.appWorks();
      stage.app.crash();
      await stage.phase('waiting');
      expect(stage.daprd.isRunning).to.equal(false);
      expect(await held).to.equal('cut with daprd');
      expect(await stage.isGateOpen()).to.equal(false);
      expect(stage.warnings().join()).to.include('app-down → giving-back: daprd is restarted');
      await stage.app.listen();
      await stage.phase('open');
      expect(await stage.isGateOpen()).to.equal(true);
    });

    it('and comes back while daps ends daprd: it does not get what others will get', async () => {
      const { held } = await givingBackOne(2000);
      await stage.app.listen();
      expect(await stage.awaits('the end of daprd', held)).to.equal('cut with daprd');
      await stage.phase('open');
      expect(stage.app.seen).to.deep.equal(['one']);
    });

    it('and stays away: daps holds what arrives while it ends daprd, and never refuses it', async () => {
      const { held: first } = await givingBackOne(1000);
      const late = fateOf(stage.daprd.deliver('two'));
      await stage.isHeld(2);
      await stage.passes(900);
      expect(await stage.isSettled(late)).to.equal(false);
      expect(stage.daprd.isRunning).to.equal(true);
      expect(await stage.awaits('the end of daprd', Promise.all([first, late]))).to.deep.equal([
        'cut with daprd',
        'cut with daprd',
      ]);
      await stage.phase('waiting');
      expect(await stage.isGateOpen()).to.equal(false);
    });

    it('at a message too large to send again: daps ends daprd when the rest is done', async () => {
      const { large, small } = await givingBackALargeOne();
      await stage.passes(6000);
      expect(stage.daprd.asked).to.deep.equal([]);
      stage.app.waiting[0]?.answer();
      expect((await small).body).to.equal('done small');
      expect(await stage.awaits('the end of daprd', large)).to.equal('cut with daprd');
      await stage.phase('open');
    });

    it('at a message too large to send again, in a pod that then goes: it drains like any other', async () => {
      const { large, small } = await givingBackALargeOne();
      await stage.podGoes();
      expect(await stage.isGateOpen(), 'callers may still come').to.equal(true);
      stage.app.waiting[0]?.answer();
      expect((await small).body).to.equal('done small');
      expect((await stage.drained()).body).to.equal('drained\n');
      stage.app.crash();
      stage.daprd.sigterm();
      expect(await stage.awaits('the end of daprd', large)).to.equal('cut with daprd');
    });

    it('answers the health check of the user while it is away', async () => {
      stage = await Stage.open({ [env.appHealthPath]: '/healthz' });
      await stage.daprd.deliver('one');
      stage.app.crash();
      await stage.phase('app-down');
      expect((await stage.daprd.send('GET', '/healthz')).status).to.equal(200);
    });

    it('while the pod drains: the broker redelivers what it had when daprd ends', async () => {
      stage = await Stage.open();
      stage.app.answersAtOnce = false;
      const held = fateOf(stage.daprd.deliver('one'));
      await stage.appWorks();
      await stage.podGoes();
      stage.app.crash();
      await stage.isHeld(1);
      await stage.drained();
      expect(await stage.isSettled(held)).to.equal(false);
      stage.daprd.sigterm();
      await stage.until('daprd is ended', () => !stage.daprd.isRunning);
      expect(await held).to.equal('cut with daprd');
    });
  });

  describe('the control port', () => {
    it('has these routes and no other', async () => {
      stage = await Stage.open();
      const routes = ['/livez', '/readyz', '/metrics', '/daps/status'];
      for (const route of routes) expect((await stage.control('GET', route)).status, route).to.equal(200);
      for (const [method, route] of [
        ['GET', '/'],
        ['GET', '/daps/self-shutdown'],
        ['POST', '/daps/self-shutdown'],
        ['POST', '/daps/app-shutdown'],
        ['POST', '/daps/container-shutdown'],
        ['POST', '/livez'],
        ['DELETE', '/daps/status'],
        ['GET', '/daps'],
      ] as const)
        expect((await stage.control(method, route)).status, `${method} ${route}`).to.equal(404);
      expect(stage.sidecar.lifecycle.phase).to.equal('open');
    });

    it('reports what is in flight', async () => {
      stage = await Stage.open();
      stage.app.answersAtOnce = false;
      const working = stage.daprd.deliver('one');
      await stage.appWorks();
      const status = JSON.parse((await stage.control('GET', '/daps/status')).body) as object;
      expect(status).to.deep.include({ phase: 'open', held: 0, replayed: 0 });
      expect(status).to.have.nested.property('inFlight.delivery', 1);
      expect((await stage.control('GET', '/metrics')).body).to.include('daps_in_flight{kind="delivery"} 1');
      stage.app.waiting[0]?.answer();
      await working;
      const metrics = (await stage.control('GET', '/metrics')).body;
      expect(metrics).to.include('daps_requests_total{kind="delivery",code="200"} 1');
      expect(metrics).to.include('daps_phase{phase="open"} 1').and.include('process_resident_memory_bytes');
    });
  });
});
