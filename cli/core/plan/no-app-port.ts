import { isTruthy } from '../dapr/truthy.ts';
import { type Problem, problem } from '../diagnostic.ts';
import type { MapValue } from '../manifest/model/value.ts';
import { itemsOf, nameOf } from '../manifest/object/pod.ts';
import type { Annotations } from './annotations.ts';

/** Settings of daps that mean something where there is no app-port. */
const portless = [
  'daps.io/enabled',
  'daps.io/status',
  'daps.io/daprd',
  'daps.io/daprd-before',
  'daps.io/mesh',
  'daps.io/mode',
];

/** What there is to say where Dapr has no app channel: an error where a setting of daps needs one. */
export const checkWithoutPort = (annotations: Annotations, spec: MapValue): readonly Problem[] => {
  const names = itemsOf(spec['containers']).map(nameOf);
  const empty = names.some((name) => name !== '') ? [] : [problem('no-app-container', {}, ['spec', 'containers'])];
  const user = [...annotations.texts.keys()].find((name) => name.startsWith('daps.io/') && !portless.includes(name));
  return user === undefined
    ? [...empty, ...unusedChannel(annotations)]
    : [...empty, problem('missing-app-port', { because: `${user} is set` }, annotations.path)];
};

/** Annotations of an app channel show that one was wanted; a switch that is off does not. */
const channelAnnotations = ['dapr.io/app-protocol', 'dapr.io/app-max-concurrency', 'dapr.io/app-channel-address'];
const healthAnnotations = [
  'dapr.io/app-health-check-path',
  'dapr.io/app-health-probe-interval',
  'dapr.io/app-health-probe-timeout',
  'dapr.io/app-health-threshold',
];
const switches = ['dapr.io/app-ssl', 'dapr.io/enable-app-health-check'];

const unusedChannel = ({ texts, path }: Annotations): readonly Problem[] => {
  if (texts.has('dapr.io/app-port')) return [];
  const isOff = (name: string): boolean => texts.has(name) && !isTruthy(texts.get(name) ?? '');
  const hasNoChecks = isOff('dapr.io/enable-app-health-check');
  const unused = [...texts.keys()].filter((name) =>
    switches.includes(name)
      ? !isOff(name)
      : channelAnnotations.includes(name) || (healthAnnotations.includes(name) && !hasNoChecks),
  );
  const [first] = unused;
  return first === undefined ? [] : [problem('unused-app-channel', { annotations: unused }, [...path, first])];
};
