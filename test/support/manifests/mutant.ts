import fc from 'fast-check';

const pod = `apiVersion: v1
kind: Pod
metadata:
  name: web
  annotations:
    dapr.io/enabled: "true"
    dapr.io/app-id: web
    dapr.io/app-port: "8080"
  labels: {app: web}
spec:
  containers:
    - name: app
      image: x
`;

const deployment = `---
# Source: shop/templates/web.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: &s
    matchLabels: &l {app: web}
  template:
    metadata:
      labels:
        <<: *l
        tier: a
      annotations:
        dapr.io/app-port: '8080' # port
        dapr.io/enabled: 'true'
        dapr.io/app-id: web
    spec:
      initContainers: []
      containers:
      - lifecycle:
          preStop:
            sleep: {seconds: 3}
        name: app
        args: [a, "b"]
        command:
        - |+
          run

---
apiVersion: v1
kind: ConfigMap
data: {a: b}
...
`;

const list = `apiVersion: v1
kind: List
items:
- kind: Pod
  apiVersion: v1
  metadata:
    name: a
    annotations: {dapr.io/enabled: "true", dapr.io/app-id: a, dapr.io/app-port: "80"}
  spec:
    containers: [{name: app, lifecycle: ~}]
-
  kind: Pod
  apiVersion: v1
  spec: {containers: [{name: app}]}
  metadata:
    annotations:
      dapr.io/enabled: "true"
      dapr.io/app-id: b`;

const json = `${JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', labels: {}, annotations: { 'dapr.io/enabled': 'true', 'dapr.io/app-id': 'p', 'dapr.io/app-port': '80' } }, spec: { containers: [{ name: 'app' }] } }, null, 2)}\n`;

const bases = [pod, deployment, list, json, pod.replaceAll('\n', '\r\n'), json.replaceAll(/\n\s*/g, '')] as const;

const snippets = [
  ' ',
  '  ',
  '\n',
  '\t',
  ':',
  '-',
  '- ',
  '#',
  ' #',
  '"',
  "'",
  '{',
  '}',
  '[',
  ']',
  ',',
  '&a ',
  '*a',
  '*l',
  '*s',
  '!',
  '|',
  '>',
  '?',
  '? ',
  '\n---\n',
  '\n...\n',
  '\r\n',
  '\r',
  '\uFEFF',
  '~',
  'null',
  '%',
  '@',
  '`',
  '\\',
  '\u2028',
  '\u0000',
  '<<: ',
  '🎉',
  'true',
  '0',
  'kind: List\n',
  '!!str ',
  'items:\n',
  'daps.io/status: ""\n',
] as const;

type Mutation = {
  readonly kind: 'delete' | 'insert' | 'double';
  readonly at: number;
  readonly length: number;
  readonly snippet: string;
};

const mutation: fc.Arbitrary<Mutation> = fc.record({
  kind: fc.constantFrom('delete', 'insert', 'double'),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 40 })),
  snippet: fc.constantFrom(...snippets),
});

const mutate = (text: string, { kind, at, length, snippet }: Mutation): string => {
  const start = Math.floor(at * text.length);
  const end = Math.min(text.length, start + length);
  switch (kind) {
    case 'delete':
      return text.slice(0, start) + text.slice(end);
    case 'insert':
      return text.slice(0, start) + snippet + text.slice(start);
    case 'double':
      return text.slice(0, end) + text.slice(start);
  }
};

/** Small manifests with a few characters deleted, added or doubled. Half an emoji is no text: daps never gets one. */
export const readyMutants: fc.Arbitrary<string> = fc
  .tuple(fc.constantFrom(...bases), fc.array(mutation, { minLength: 1, maxLength: 4 }))
  .map(([base, mutations]) => mutations.reduce(mutate, base))
  .filter((text) => text.trim() !== '' && text.includes('dapr.io/') && text.isWellFormed());
