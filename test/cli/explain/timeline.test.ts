import { expect } from 'chai';
import { explain } from '../../../cli/core/explain/explain.ts';
import type { MomentId, Timeline } from '../../../cli/core/explain/timeline.ts';
import { explainedIn, timelinesOf } from '../../support/cli/explain.ts';
import { readFixtures } from '../../support/cli/golden.ts';

const fixture = (name: string): readonly [withDaps: Timeline, plain: Timeline] => {
  const found = readFixtures('explain').find((one) => one.name === name);
  const [own, plain] = timelinesOf(found?.input ?? '', found?.flags);
  if (own === undefined) throw new Error(`no timeline of ${name}`);
  return [own, plain ?? own];
};

/** When each moment of the shutdown is, in milliseconds; `?` where nobody knows. */
const shutdown = ({ moments }: Timeline): Readonly<Record<MomentId, string>> =>
  Object.fromEntries(
    moments
      .filter(({ section }) => section === 'stop')
      .map(({ id, when }) => [id, when.kind === 'unknown' ? '?' : `${when.kind} ${when.ms}`]),
  );

const startUp = ({ moments }: Timeline): readonly MomentId[] =>
  moments.filter(({ section }) => section !== 'stop').map(({ id }) => id);

const kindsOf = ({ spans }: Timeline, lane: string): readonly string[] =>
  spans.filter((span) => span.lane === lane).map(({ kind, from, to }) => `${kind} ${from}–${to}`);

describe('the timeline of a workload', () => {
  it('default: everything waits for the app, which works on until pre-stop-delay is over', () => {
    const [own] = fixture('default');
    expect(startUp(own)).to.deep.equal(['daps-starts', 'daprd-starts', 'app-starts', 'gate-opens', 'subscribed']);
    expect(own.moments.find(({ id }) => id === 'gate-opens')?.when).to.deep.equal({
      kind: 'at-most',
      ms: 120_000,
      since: 'daps-starts',
    });
    expect(shutdown(own)).to.deep.equal({
      deleted: 'at 0',
      drained: 'at 5000',
      'callers-left': 'at 22000',
      deadline: 'at-most 25000',
      'app-ended': '?',
      killed: 'at-most 30000',
    });
    expect(kindsOf(own, 'daps')).to.deep.equal([
      'waits daps-starts–gate-opens',
      'works gate-opens–deleted',
      'works deleted–drained',
      'holds drained–app-ended',
      'ends app-ended–killed',
    ]);
  });

  it('default with plain Dapr: messages come before the app is ready, and are cut after 5 s', () => {
    const [, plain] = fixture('default');
    expect(startUp(plain)).to.deep.equal(['app-starts', 'app-found', 'subscribed', 'app-ready']);
    expect(shutdown(plain)).to.deep.equal({
      deleted: 'at 0',
      'daprd-ended': 'at-most 5000',
      'app-ended': '?',
      killed: 'at-most 30000',
    });
    expect(kindsOf(plain, 'peers')).to.deep.equal([
      'harms subscribed–app-ready',
      'works app-ready–deleted',
      'harms deleted–daprd-ended',
    ]);
    expect(plain.lanes.map(({ id }) => id)).not.to.include('daps');
  });

  it('callers: the app stays for caller-delay, within the longer grace period', () => {
    const [own] = fixture('callers');
    expect(shutdown(own)).to.include({
      drained: 'at 5000',
      'callers-left': 'at 40000',
      deadline: 'at-most 55000',
      killed: 'at-most 60000',
    });
    expect(own.numbers.find(({ name }) => name === 'grace period')).to.deep.equal({
      name: 'grace period',
      ms: 60_000,
      bound: 'exactly',
      from: 'daps.io/grace-period',
    });
  });

  it('exec hook: SIGTERM follows the hook, nobody knows when, and daps holds from the deletion', () => {
    const [own] = fixture('exec-hook');
    expect(shutdown(own)).to.deep.equal({
      deleted: 'at 0',
      'hook-over': '?',
      'app-ended': '?',
      killed: 'at-most 30000',
    });
    expect(kindsOf(own, 'daps')).to.include('holds deleted–app-ended');
    expect(own.findings.map(({ id, lane, at }) => [id, lane, at])).to.deep.equal([
      ['exec-pre-stop', 'app', 'hook-over'],
    ]);
  });

  it('sleep hook: it counts from the deletion, with daps as without', () => {
    const [own, plain] = fixture('sleep-hook');
    expect(shutdown(own)).to.include({ drained: 'at 5000', 'hook-over': 'at 15000', 'callers-left': 'at 22000' });
    expect(shutdown(plain)).to.include({ 'daprd-ended': 'at-most 5000', 'hook-over': 'at 15000' });
  });

  it('native daprd: the kubelet ends it before daps, an inline one after', () => {
    const ended = ({ signals }: Timeline): readonly string[] =>
      signals.filter(({ at, from }) => at === 'app-ended' && from === 'kubelet').map(({ to }) => to);
    expect(ended(fixture('default')[0])).to.deep.equal(['daprd']);
    expect(ended(fixture('inline')[0])).to.deep.equal(['daps']);
  });

  it('inline daprd: an init container that calls it starts behind it, and ready-path has no limit', () => {
    const [own] = fixture('inline');
    expect(startUp(own)).to.deep.equal([
      'daprd-starts',
      'daps-starts',
      'init-3',
      'app-starts',
      'gate-opens',
      'subscribed',
    ]);
    expect(own.moments.find(({ id }) => id === 'gate-opens')?.when).to.deep.equal({ kind: 'unknown' });
    expect(own.waits).to.deep.include({
      who: 'kubelet',
      whom: 'daprd',
      from: 'daprd-starts',
      to: 'daps-starts',
      words: 'starts no other container until its startupProbe succeeds',
    });
    expect(kindsOf(own, 'init')).to.deep.equal(['starts init-3–app-starts', 'works app-starts–app-ended']);
  });

  it('gRPC: nothing is held, and daprd ends before the app', () => {
    const [own] = fixture('grpc');
    expect(shutdown(own)).to.include({ drained: 'at 5000', 'daprd-ended': 'at-most 10000', deadline: 'at-most 25000' });
    expect(own.spans.filter(({ kind }) => kind === 'holds')).to.deep.equal([]);
  });

  it('a broker that delivers once: daprd is ended by force within 2 s, before the app', () => {
    const [own] = fixture('delivered-once');
    expect(shutdown(own)).to.include({ drained: 'at 5000', 'daprd-ended': 'at-most 7000' });
    expect(own.spans.filter(({ kind }) => kind === 'holds')).to.deep.equal([]);
  });

  it('short grace period: delay and reserve are a quarter each, and callers are sent away in time', () => {
    const [own] = fixture('short-grace-period');
    expect(shutdown(own)).to.include({
      drained: 'at 2500',
      'callers-left': 'at 4500',
      deadline: 'at-most 7500',
      killed: 'at-most 10000',
    });
    expect(own.findings.map(({ id, lane, at }) => [id, lane, at])).to.deep.equal([
      ['block-shutdown', 'daprd', 'drained'],
      ['short-grace-period', 'kubelet', 'killed'],
    ]);
  });

  it('busy-path: the app is held off at once, for only it knows when its work is over', () => {
    expect(kindsOf(fixture('busy-path')[0], 'daps')).to.include('holds deleted–app-ended');
  });

  it('no app-port: nothing is gated, and daprd outlives the app', () => {
    const [own] = fixture('no-app-port');
    expect(startUp(own)).to.deep.equal(['daprd-starts', 'app-starts', 'app-ready']);
    expect(shutdown(own)).to.deep.equal({ deleted: 'at 0', 'app-ended': '?', killed: 'at-most 30000' });
  });

  it('a Job ends by itself before the deletion', () => {
    expect(startUp(fixture('job')[0])).to.include('job-done');
  });

  it('a workload that daps leaves alone is shown with plain Dapr, and why', () => {
    const [own] = fixture('left-alone');
    expect(own.by).to.equal('plain-dapr');
    expect(own.notes).to.deep.equal(['daps leaves this workload alone: daps.io/enabled is "false"']);
  });

  it('takes findings of anybody, and puts those of the whole workload to its beginning', () => {
    const found = readFixtures('explain').find(({ name }) => name === 'default');
    const [one] = explainedIn(found?.input ?? '');
    if (one === undefined) throw new Error('nothing to explain');
    const finding = (id: string, field: string | undefined) => ({ id, severity: 'note' as const, message: 'x', field });
    const { findings } = explain({
      ...one,
      findings: [
        finding('some-rule', undefined),
        finding('liveness-before-gate', 'spec.template.spec.containers[web].livenessProbe'),
        finding('grace-period-against-work', undefined),
      ],
    });
    expect(findings.map(({ lane, at }) => [lane, at])).to.deep.equal([
      ['kubelet', 'daps-starts'],
      ['app', 'gate-opens'],
      ['kubelet', 'killed'],
    ]);
  });
});
