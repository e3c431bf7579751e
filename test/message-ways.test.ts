import { expect } from 'chai';
import { readLedger } from './support/scenario/ledger.ts';
import { messageWays } from './support/scenario/message-ways.ts';

const published = [
  { id: 'm1', t: 1000 },
  { id: 'm2', t: 2000 },
];
const event = (e: 'start' | 'finish', id: string, pod: string, t: number) => ({ e, id, pod, run: 7, t });

describe('the way of messages that are not as they should be', () => {
  it('is nothing where every message was finished once', () => {
    const events = [event('start', 'm1', 'a', 1100), event('finish', 'm1', 'a', 1200)];
    expect(messageWays(readLedger(published.slice(0, 1), events), published, events)).to.equal(undefined);
  });

  it('leads from app to app, and leaves the others out', () => {
    const events = [
      event('start', 'm1', 'web-a', 1100),
      event('finish', 'm1', 'web-a', 1200),
      event('start', 'm2', 'web-a', 2100),
      event('finish', 'm2', 'web-a', 2200),
      event('start', 'm2', 'web-b', 7100),
      event('finish', 'm2', 'web-b', 7250),
    ];
    const told = messageWays(readLedger(published, events), published, events, (pod) => pod.slice(4));
    expect(told?.counts).to.equal('0 lost, 1 doubled, 0 cut, 0 unready');
    expect(told?.ways).to.deep.equal([
      'm2: sent +0.00, start a/7 +0.10, finish a/7 +0.20, start b/7 +5.10, finish b/7 +5.25',
    ]);
    expect([...(told?.pods ?? [])]).to.deep.equal(['web-a', 'web-b']);
    expect(told?.at(2500)).to.equal('+0.50');
  });

  it('shows the first two and the last of many', () => {
    const many = Array.from({ length: 9 }, (_, index) => ({ id: `m${index}`, t: 1000 * index }));
    const told = messageWays(readLedger(many, []), many, []);
    expect(told?.ways).to.deep.equal(['m0: sent +0.00', 'm1: sent +1.00', '…', 'm8: sent +8.00']);
  });
});
