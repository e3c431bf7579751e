import { expect } from 'chai';
import type { Value } from '../../../cli/core/manifest/model/value.ts';
import { type ResourceClass, resourceClass } from '../../../cli/core/plan/resource-class.ts';

const daprd = {
  'dapr.io/sidecar-cpu-limit': '1',
  'dapr.io/sidecar-memory-limit': '1Gi',
  'dapr.io/sidecar-memory-request': '1024Mi',
};
const app = { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '1000m', memory: '1024Mi' } };

const rows: readonly (readonly [title: string, resources: Value, annotations: object, expected: ResourceClass])[] = [
  ['the same quantities in other spellings', app, daprd, 'guaranteed'],
  ['a request that is left out', { limits: app.limits }, daprd, 'guaranteed'],
  ['a request below its limit', { ...app, requests: { cpu: '999m' } }, daprd, 'usual'],
  ['a limit of zero', { limits: { cpu: '0', memory: '1Gi' } }, daprd, 'usual'],
  ['a request of zero', { ...app, requests: { memory: '0' } }, daprd, 'usual'],
  ['no limit for memory', { limits: { cpu: '1' } }, daprd, 'usual'],
  ['a daprd without limits', app, {}, 'usual'],
  ['a daprd that requests less', app, { ...daprd, 'dapr.io/sidecar-cpu-request': '100m' }, 'usual'],
];

describe('the class of resources that the sidecar must fit', () => {
  for (const [title, resources, annotations, expected] of rows)
    it(`is "${expected}" with ${title}`, () => {
      const texts = new Map<string, string>(Object.entries(annotations));
      expect(resourceClass({ containers: [{ name: 'app', resources }] }, { texts, path: [] })).to.equal(expected);
    });

  it('is "of-the-pod" where the pod has resources of its own', () =>
    expect(resourceClass({ resources: app, containers: [{}] }, { texts: new Map(), path: [] })).to.equal('of-the-pod'));
});
