import { expect } from 'chai';
import { losesFailed, redeliveryOfComponent } from '../../../cli/core/dapr/redelivery.ts';
import { type InboundRetries, unretriedOf } from '../../../cli/core/plan/inbound-retries.ts';
import { type MessageSource, redeliveryOf } from '../../../cli/core/plan/redelivery.ts';

describe('redeliveryOfComponent()', () => {
  const cases: readonly (readonly [string, Readonly<Record<string, string>>, 'certain' | 'uncertain' | undefined])[] = [
    ['pubsub.in-memory', {}, 'uncertain'],
    ['pubsub.redis', {}, 'certain'],
    ['pubsub.redis', { processingtimeout: '0' }, 'uncertain'],
    ['pubsub.redis', { redeliverinterval: '0s' }, 'uncertain'],
    ['pubsub.redis', { processingtimeout: '10000', redeliverinterval: '2s' }, 'certain'],
    ['pubsub.rabbitmq', {}, 'certain'],
    ['pubsub.rabbitmq', { autoack: 'true' }, 'uncertain'],
    ['pubsub.rabbitmq', { autoack: 'false' }, 'certain'],
    ['pubsub.mqtt3', {}, 'certain'],
    ['pubsub.mqtt3', { qos: '0' }, 'uncertain'],
    ['pubsub.mqtt3', { qos: '1' }, 'certain'],
    ['pubsub.jetstream', { ackpolicy: 'none' }, 'uncertain'],
    ['pubsub.pulsar', { persistent: 'false' }, 'uncertain'],
    ['pubsub.kubemq', {}, 'certain'],
    ['pubsub.kubemq', { store: 'false' }, 'uncertain'],
    ['bindings.kubemq', { autoacknowledged: 'true' }, 'uncertain'],
    ['bindings.rabbitmq', {}, 'certain'],
    ['bindings.cron', {}, undefined],
    ['bindings.http', {}, undefined],
    ['state.redis', {}, undefined],
  ];
  for (const [type, metadata, redelivery] of cases)
    it(`${type} ${JSON.stringify(metadata)} is ${redelivery ?? 'no source of messages'}`, () => {
      expect(redeliveryOfComponent(type, new Map(Object.entries(metadata)))).to.equal(redelivery);
    });
});

describe('redeliveryOf()', () => {
  const source = (redelivery: MessageSource['redelivery'], ...scopes: readonly string[]): MessageSource => ({
    name: 'pubsub',
    namespace: '',
    scopes,
    redelivery,
    losesFailed: false,
  });
  const cases: readonly (readonly [string, 'auto' | 'certain' | 'uncertain', readonly MessageSource[], string])[] = [
    ['no Component is in the stream', 'auto', [], 'certain'],
    ['the only one does not deliver again', 'auto', [source('uncertain')], 'uncertain'],
    ['one does, another does not', 'auto', [source('uncertain'), source('certain')], 'certain'],
    ['the one that does is for others', 'auto', [source('uncertain', 'web'), source('certain', 'other')], 'uncertain'],
    ['the one that does not is for others', 'auto', [source('uncertain', 'other')], 'certain'],
    ['the setting says certain', 'certain', [source('uncertain')], 'certain'],
    ['the setting says uncertain', 'uncertain', [source('certain')], 'uncertain'],
  ];
  for (const [name, redelivery, sources, expected] of cases)
    it(`${name}: ${expected}`, () => {
      expect(redeliveryOf({ redelivery }, 'web', sources)).to.equal(expected);
    });
});

describe('deliveries that fail', () => {
  for (const [metadata, isDropped] of [
    [{}, true],
    [{ requeueinfailure: 'false' }, true],
    [{ requeueinfailure: 'true' }, true],
    [{ autoack: 'true' }, false],
  ] as const)
    it(`${isDropped ? 'may be' : 'are not'} lost by RabbitMQ with ${JSON.stringify(metadata)}`, () => {
      expect(losesFailed('pubsub.rabbitmq', new Map(Object.entries(metadata)))).to.equal(isDropped);
    });

  it('are not lost by a binding, nor by other brokers', () => {
    for (const type of ['bindings.rabbitmq', 'pubsub.redis', 'pubsub.kafka'])
      expect(losesFailed(type, new Map()), type).to.equal(false);
  });

  const source: MessageSource = {
    name: 'orders',
    namespace: '',
    scopes: ['web'],
    redelivery: 'certain',
    losesFailed: true,
  };
  const resiliency = (more: Partial<InboundRetries>): InboundRetries => ({
    namespace: '',
    scopes: [],
    components: new Map(),
    isForAll: false,
    ...more,
  });
  const cases: readonly (readonly [string, readonly InboundRetries[], readonly string[]])[] = [
    ['no Resiliency', [], ['orders']],
    ['a retry of the component', [resiliency({ components: new Map([['orders', true]]) })], []],
    ['a retry of another component', [resiliency({ components: new Map([['bills', true]]) })], ['orders']],
    ['a retry for all', [resiliency({ isForAll: true })], []],
    [
      'a retry for all, and a target without one',
      [resiliency({ isForAll: true, components: new Map([['orders', false]]) })],
      ['orders'],
    ],
    ['a retry for another app', [resiliency({ isForAll: true, scopes: ['other'] })], ['orders']],
    ['two Resiliencies, of which one has a retry', [resiliency({}), resiliency({ isForAll: true })], []],
  ];
  for (const [name, resiliencies, expected] of cases)
    it(`${expected.length === 0 ? 'are tried again' : 'are lost'} with ${name}`, () => {
      expect(unretriedOf('web', [source], resiliencies)).to.deep.equal(expected);
    });

  it('of a component for other apps are nothing to this one', () => {
    expect(unretriedOf('other', [source], [])).to.deep.equal([]);
  });
});
