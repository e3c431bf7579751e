import { EventFiles } from '../support/event-files.ts';
import { Publisher } from '../support/pod/publisher.ts';
import { ofThisRun } from '../support/run-name.ts';
import { ensureRabbit, rabbitPubsub } from '../support/scenario/broker.ts';
import { claimNames, namesOf, removeNames } from '../support/scenario/broker-names.ts';
import { settled } from '../support/scenario/ledger.ts';
import { toolPath } from '../support/tools.ts';
import { appId, route } from './pod-template.ts';
import type { World } from './world.ts';

const quietMs = 3000;

/** A real daprd with a real RabbitMQ, for `--real`. Throws a sentence where one of them is missing. */
export const realWorld = async (column: string): Promise<World> => {
  if (toolPath('daprd') === undefined) throw new Error('there is no daprd to be real with: npm run tools');
  await ensureRabbit();
  const topic = ofThisRun(`demo-${column}`);
  const names = await claimNames(namesOf([appId], [topic]));
  const component = rabbitPubsub();
  const subscription = {
    apiVersion: 'dapr.io/v2alpha1',
    kind: 'Subscription',
    metadata: { name: 'orders' },
    spec: { pubsubname: 'pubsub', topic, routes: { default: route } },
    scopes: [appId],
  };
  const publisher = await Publisher.start([component]);
  return {
    topic,
    daprd: (_, isInjected) => ({
      placement: isInjected ? 'injector' : 'regular',
      resources: [component, subscription],
    }),
    publish: (id) => publisher.publish(topic, id),
    settle: async (published, eventFiles) => {
      await settled(published, new EventFiles(() => eventFiles), quietMs);
    },
    handedBack: [],
    dispose: async () => {
      await publisher.dispose();
      await removeNames(names).catch(() => undefined);
    },
  };
};
