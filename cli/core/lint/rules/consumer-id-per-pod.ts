import { isOn, mayReceive, metadataOf } from '../rule/component.ts';
import { finding, metadataPath, onComponents } from '../rule/findings.ts';
import type { Rule } from '../rule/rule.ts';
import { receiversOf } from '../scene/relations.ts';
import type { Component } from '../scene/scene.ts';

/** What stays at a broker for a consumer that never comes back; undefined where it goes away by itself. */
const leftovers: Readonly<Record<string, (component: Component) => string | undefined>> = {
  'pubsub.rabbitmq': (component) =>
    isOn(component, 'deletedWhenUnused', true) === false ? 'a queue that fills up and nobody reads' : undefined,
  'pubsub.redis': () => 'a consumer group, and each new pod reads the whole stream from its start',
  'pubsub.azure.servicebus.topics': (component) =>
    metadataOf(component, 'autoDeleteOnIdleInSec') === undefined ? 'a subscription that fills up' : undefined,
  'pubsub.azure.servicebus': (component) =>
    metadataOf(component, 'autoDeleteOnIdleInSec') === undefined ? 'a subscription that fills up' : undefined,
  'pubsub.gcp.pubsub': () => 'a subscription that fills up',
  'pubsub.aws.snssqs': () => 'a queue that fills up',
  'pubsub.snssqs': () => 'a queue that fills up',
  'pubsub.pulsar': (component) =>
    metadataOf(component, 'subscribeMode') === 'non_durable'
      ? undefined
      : 'a subscription that holds back every message',
};

export const consumerIdPerPod: Rule = {
  id: 'consumer-id-per-pod',
  severity: 'warning',
  topic: 'delivery',
  looksAt: ['Component', 'workload'],
  summary: 'A consumer that a broker remembers has a name that lasts.',
  since: '0.1.0',
  check: onComponents(Object.keys(leftovers), (component, scene) => {
    const consumer = metadataOf(component, 'consumerID') ?? '';
    const left = leftovers[component.type]?.(component);
    const receivers = receiversOf(scene, component);
    const isLasting =
      !consumer.includes('{uuid}') &&
      (!consumer.includes('{podName}') ||
        (receivers.length > 0 && receivers.every(({ ref }) => ref.kind === 'StatefulSet')));
    if (left === undefined || isLasting || !mayReceive(scene, component)) return [];
    return [
      finding(
        component,
        metadataPath(component, 'consumerID'),
        `consumerID is "${consumer}", which each new pod fills in differently: every pod that ends leaves ${left}. Write a fixed name, or "{appID}".`,
      ),
    ];
  }),
};
