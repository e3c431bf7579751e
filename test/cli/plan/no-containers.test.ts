import { expect } from 'chai';
import { inject } from '../../support/cli/daps.ts';

/** Pod templates that hold no app, which no API server takes. */
const specs = {
  'no spec': '',
  'a spec that is null': '    spec:\n',
  'an empty spec': '    spec: {}\n',
  'no list of containers': '    spec:\n      volumes: []\n',
  'containers that are null': '    spec:\n      containers:\n',
  'an empty list of containers': '    spec:\n      containers: []\n',
  'a list of no containers': '    spec:\n      containers: [web]\n',
  'a container without a name': '    spec:\n      containers:\n        - image: registry.example/web:1\n',
};
const channels = { 'with an app-port': '        dapr.io/app-port: "8080"\n', 'without an app-port': '' };
const modes = {
  'by the injector': {},
  inline: { 'trust-anchors': 'configMap:dapr-trust-bundle', 'dapr-version': '1.18.1' },
};

const deployment = (annotations: string, spec: string): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  template:
    metadata:
      annotations:
        dapr.io/enabled: "true"
        dapr.io/app-id: web
${annotations}${spec}`;

describe('a template without an app container is refused', () => {
  for (const [mode, flags] of Object.entries(modes)) {
    for (const [channel, annotations] of Object.entries(channels)) {
      for (const [shape, spec] of Object.entries(specs)) {
        it(`${shape}, ${channel}, ${mode}`, () => {
          const text = deployment(annotations, spec);
          const { outputs, diagnostics } = inject(text, flags);
          expect(diagnostics.map(({ problem }) => problem.code)).to.deep.equal(['no-app-container']);
          expect(diagnostics[0]?.place.field).to.equal('spec.template.spec.containers');
          expect(outputs[0]).to.equal(text);
        });
      }
    }
  }
});
