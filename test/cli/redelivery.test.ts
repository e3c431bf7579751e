import { expect } from 'chai';
import { redeliveryOfComponent } from '../../cli/core/dapr/redelivery.ts';
import { type MessageSource, redeliveryOf } from '../../cli/core/plan/redelivery.ts';

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
    namespace: '',
    scopes,
    redelivery,
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
