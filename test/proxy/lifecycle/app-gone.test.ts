import { expect } from 'chai';
import type { ProbeResult } from '../../../proxy/adapters/prober.ts';
import { isAppGone } from '../../../proxy/lifecycle/app-gone.ts';

const config = {
  app: { host: '127.0.0.1', port: 8080, isTls: false, protocol: 'http' },
  readyProbeTimeoutMs: 5000,
  ready: { kind: 'tcp', host: '127.0.0.1', port: 8080 },
} as const;

/** An app that answers these one after the other, and the last one for ever; `during` happens while it is asked. */
const ask = async (
  { isRefused = false, answers = [], isAborted = false }: Partial<Behaviour>,
  during: (asked: number) => void = () => {},
  cuts: () => number = () => 1,
): Promise<{ readonly isGone: boolean; readonly asked: number; readonly tookMs: number }> => {
  let nowMs = 0;
  let asked = 0;
  const prober = {
    isRefused: async () => isRefused,
    getJson: async () => undefined,
    probe: async (): Promise<ProbeResult> => {
      const kind = answers[asked] ?? answers.at(-1) ?? 'ready';
      asked += 1;
      during(asked);
      return kind === 'not-ready' ? { kind, reason: 'HTTP 503' } : { kind };
    },
  };
  const clock = {
    nowMs: () => nowMs,
    after: (delayMs: number, call: () => void) => {
      nowMs += delayMs;
      queueMicrotask(call);
      return () => {};
    },
  };
  const isGone = await isAppGone(
    config,
    { prober, clock },
    isAborted ? AbortSignal.abort() : new AbortController().signal,
    cuts,
  );
  return { isGone, asked, tookMs: nowMs };
};

interface Behaviour {
  readonly isRefused: boolean;
  readonly answers: readonly ProbeResult['kind'][];
  readonly isAborted: boolean;
}

describe('an app that closed connections', () => {
  it('is gone if its port refuses them', async () => {
    expect(await ask({ isRefused: true })).to.deep.equal({ isGone: true, asked: 0, tookMs: 0 });
    expect(await ask({ answers: ['not-ready', 'refused'] })).to.deep.equal({ isGone: true, asked: 2, tookMs: 500 });
  });

  it('lives if it is ready 0.25 s later', async () => {
    expect(await ask({ answers: ['ready'] })).to.deep.equal({ isGone: false, asked: 1, tookMs: 250 });
  });

  it('lives if it has been unready for 5 s', async () => {
    expect(await ask({ answers: ['not-ready'] })).to.deep.equal({ isGone: false, asked: 20, tookMs: 5000 });
  });

  it('is asked again if it cut a request while it said that it was ready', async () => {
    let cuts = 1;
    const cutWithin = (asked: number): void => {
      if (asked < 3) cuts += 1;
    };
    const first = await ask({ answers: ['ready', 'ready', 'refused'] }, cutWithin, () => cuts);
    expect(first).to.deep.equal({ isGone: true, asked: 3, tookMs: 750 });
    const second = await ask(
      { answers: ['ready'] },
      () => {
        cuts += 1;
      },
      () => cuts,
    );
    expect(second, 'one that always cuts lives').to.deep.equal({ isGone: false, asked: 20, tookMs: 5000 });
  });

  it('is not asked if nothing waits for it', async () => {
    expect(await ask({}, undefined, () => 0)).to.deep.equal({ isGone: false, asked: 0, tookMs: 250 });
    expect(await ask({ isAborted: true })).to.deep.equal({ isGone: false, asked: 0, tookMs: 0 });
  });
});
