import { finding, metadataPath, onComponents } from '../rule/findings.ts';
import type { Rule } from '../rule/rule.ts';
import { receiversOf } from '../scene/relations.ts';

/** Those that bring an app something (components-contrib v1.18.4, `input: true` in bindings' metadata.yaml). */
const inputs = [
  'alicloud.dingtalk.webhook',
  'aws.kinesis',
  'aws.sqs',
  'azure.eventgrid',
  'azure.eventhubs',
  'azure.servicebus.queues',
  'azure.servicebusqueues',
  'azure.storagequeues',
  'cron',
  'gcp.pubsub',
  'kafka',
  'kubemq',
  'kubernetes',
  'mqtt3',
  'rabbitmq',
  'rethinkdb.statechange',
  'rocketmq',
  'zeebe.jobworker',
].map((name) => `bindings.${name}`);

const timeoutAnnotation = 'dapr.io/app-binding-options-timeout';

export const bindingWaitsForOptions: Rule = {
  id: 'binding-waits-for-options',
  severity: 'note',
  topic: 'start-up',
  looksAt: ['Component'],
  summary: 'An input binding says its direction, so that daprd need not ask the app.',
  since: '0.1.0',
  check: onComponents(inputs, (component, scene) => {
    if (component.metadata.has('direction')) return [];
    const asked = receiversOf(scene, component).find(
      ({ dapr, annotations }) => !dapr.appProtocol.startsWith('grpc') && !annotations.has(timeoutAnnotation),
    );
    return asked === undefined
      ? []
      : [
          finding(
            component,
            metadataPath(component, 'direction'),
            `Component "${component.ref.name}" has no direction, so at each start daprd asks "${asked.appId}" with OPTIONS whether it takes this binding, and without an answer in 3 s it starts neither this nor any other input binding that is still to start. Write direction: "input", "output", or "input, output".`,
          ),
        ];
  }),
};
