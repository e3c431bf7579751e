import { expect } from 'chai';
import { parseAllDocuments } from 'yaml';
import { drainOf, type Traffic as Situation } from '../../../cli/core/explain/drain.ts';
import type { Daprd } from '../../../proxy/adapters/daprd.ts';
import type { Prober } from '../../../proxy/adapters/prober.ts';
import type { Traffic } from '../../../proxy/channel/traffic.ts';
import { type Config, readConfig } from '../../../proxy/config.ts';
import { Drain } from '../../../proxy/lifecycle/drain.ts';
import { inject } from '../../support/cli/daps.ts';
import { type Fixture, readFixtures } from '../../support/cli/golden.ts';
import { FakeClock } from '../../support/sidecar/fake-clock.ts';
import { turns } from '../../support/turns.ts';

const situations: readonly Situation[] = ['none', 'called', 'endless'];

interface Json {
  readonly [key: string]: Json | readonly Json[] | string | undefined;
}

/** What the sidecar of an injected manifest reads of its environment. */
const configOf = (manifest: string): Config => {
  const object = parseAllDocuments(manifest)[0]?.toJS() as {
    spec: { template: { spec: { initContainers: readonly Json[] } } };
  };
  const sidecar = object.spec.template.spec.initContainers.find(({ name }) => name === 'daps');
  const variables = (sidecar?.['env'] ?? []) as readonly { readonly name: string; readonly value?: string }[];
  const config = readConfig(Object.fromEntries(variables.map(({ name, value }) => [name, value])));
  if (!config.ok) throw new Error(config.error.join('\n'));
  return config.value;
};

const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** A drain of the sidecar itself, over a time that the test moves. */
const drained = async (config: Config, situation: Situation) => {
  const clock = new FakeClock();
  const startedMs = clock.nowMs();
  const calledMs = situation === 'called' ? startedMs : 0;
  const traffic = {
    workInFlight: situation === 'endless' ? 1 : 0,
    callsInFlight: 0,
    lastCallMs: calledMs,
    lastInvocationMs: calledMs,
    lastAnswerMs: 0,
    hasActorCalls: false,
    workTime: { longestOfAllMs: () => 0, longestMs: () => undefined },
  } as unknown as Traffic;
  const daprd = {
    park: async () => ({ told: new Promise<void>(() => {}) }),
    shutdownGracefully: async () => 'taken',
    isGone: async () => true,
  } as unknown as Daprd;
  const prober = { getJson: async () => ({ busy: false }) } as unknown as Prober;
  let worksOnUntilMs: number | undefined;
  let daprdEndedMs: number | undefined;
  const drain = new Drain(config, { clock, log, prober, daprd, gate: { connections: () => 0 } }, traffic, {
    startedMs,
    preStopDelayMs: config.preStopDelayMs,
    isAppThere: true,
    isAppKept: config.hasAppHook,
    onLinger: (untilMs) => {
      if (untilMs !== undefined) worksOnUntilMs = untilMs - startedMs;
    },
    endDaprd: async () => {
      daprdEndedMs = clock.nowMs() - startedMs;
      return 'gone';
    },
  });
  drain.again();
  let end: { readonly outcome: string; readonly endMs: number } | undefined;
  void drain.outcome.then((outcome) => {
    end = { outcome, endMs: clock.nowMs() - startedMs };
  });
  do await turns(5);
  while (end === undefined && clock.step(Number.POSITIVE_INFINITY));
  return { ...end, worksOnUntilMs, daprdEndedMs, hasSentCallersAway: drain.hasSentCallersAway };
};

const explained = (fixture: Fixture) => {
  const { outputs, entries } = inject(fixture.input, fixture.flags);
  const [entry] = entries;
  const facts = entry !== undefined && 'facts' in entry.outcome ? entry.outcome.facts : undefined;
  return facts === undefined ? undefined : { facts, config: configOf(outputs[0] ?? '') };
};

describe("a timeline's drain", () => {
  for (const fixture of readFixtures('explain')) {
    const known = explained(fixture);
    if (known === undefined) continue;
    for (const situation of situations)
      it(`is the sidecar's own: ${fixture.name}, ${situation}`, async () => {
        const { sentAwayMs, ...run } = drainOf(known.facts, situation);
        expect({ ...run, hasSentCallersAway: sentAwayMs !== undefined }).to.deep.equal(
          await drained(known.config, situation),
        );
      });
  }
});
