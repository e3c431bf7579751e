import { expect } from 'chai';
import { StuckWait } from '../../../proxy/lifecycle/stuck-wait.ts';

describe('StuckWait', () => {
  const stage = () => {
    const timers: { readonly delayMs: number; readonly call: () => void }[] = [];
    const state = { isOpen: true, stuck: 1, givenBack: 0 };
    const after = (delayMs: number, call: () => void) => {
      timers.push({ delayMs, call });
      return () => {};
    };
    const wait = new StuckWait(
      5000,
      { clock: { after }, gate: { stuck: () => state.stuck } },
      () => state.isOpen,
      () => {
        state.givenBack += 1;
      },
    );
    return { state, wait, timers, elapse: () => timers.shift()?.call() };
  };

  it('gives back when the time is over', () => {
    const { state, wait, timers, elapse } = stage();
    wait.begins();
    wait.look();
    expect([timers.map(({ delayMs }) => delayMs), state.givenBack]).to.deep.equal([[5000], 0]);
    elapse();
    expect(state.givenBack).to.equal(1);
    wait.look();
    expect(state.givenBack, 'once').to.equal(1);
  });

  it('gives back once the app is there, if the time ended while it was away', () => {
    const { state, wait, elapse } = stage();
    wait.begins();
    state.isOpen = false;
    elapse();
    wait.look();
    expect(state.givenBack).to.equal(0);
    state.isOpen = true;
    wait.look();
    expect(state.givenBack).to.equal(1);
  });

  it('gives nothing back if nothing waits any more', () => {
    const { state, wait, elapse } = stage();
    wait.begins();
    state.stuck = 0;
    elapse();
    state.stuck = 1;
    wait.look();
    expect(state.givenBack).to.equal(0);
  });
});
