import { parse, parseDocument } from 'yaml';

/** A Deployment as charts render them, 1.8 kB. NAME and CHECKSUM stand for what differs from one to the next. */
const block = (prefix: string): string => `---
# Source: shop/charts/NAME/templates/deployment.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: NAME
  namespace: shop
  labels:
    app.kubernetes.io/name: NAME
    app.kubernetes.io/instance: shop
    app.kubernetes.io/managed-by: Helm
    helm.sh/chart: NAME-1.2.3
spec:
  replicas: 2
  selector:
    matchLabels:
      app.kubernetes.io/name: NAME
      app.kubernetes.io/instance: shop
  template:
    metadata:
      annotations:
        checksum/config: CHECKSUM
        ${prefix}/enabled: "true"
        ${prefix}/app-id: NAME
        ${prefix}/app-port: "8080"
      labels:
        app.kubernetes.io/name: NAME
        app.kubernetes.io/instance: shop
    spec:
      serviceAccountName: NAME
      containers:
        - name: app
          image: "registry.example/shop/NAME:1.2.3"
          ports:
            - name: http
              containerPort: 8080
              protocol: TCP
          env:
            - name: LOG_LEVEL
              value: info
            - name: DATABASE_URL
              valueFrom:
                secretKeyRef:
                  name: NAME-database
                  key: url
          livenessProbe:
            httpGet:
              path: /livez
              port: http
          readinessProbe:
            httpGet:
              path: /readyz
              port: http
            periodSeconds: 5
          resources:
            limits:
              memory: 256Mi
            requests:
              cpu: 100m
              memory: 128Mi
          volumeMounts:
            - name: tmp
              mountPath: /tmp
      volumes:
        - name: tmp
          emptyDir: {}
`;

const replaceAll = (text: string, replacements: readonly (readonly [string, string])[]): string =>
  replacements.reduce((current, [from, to]) => {
    if (!current.includes(from)) throw new Error(`the Deployment has no ${JSON.stringify(from)}`);
    return current.replaceAll(from, to);
  }, text);

const labels = `app.kubernetes.io/name: NAME
        app.kubernetes.io/instance: shop
`;

/** The same Deployment in the styles that people and tools write. */
const styles: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) =>
    replaceAll(text, [
      [
        'livenessProbe:\n            httpGet:\n              path: /livez\n              port: http\n',
        'livenessProbe: {httpGet: {path: /livez, port: http}}\n',
      ],
      [
        '\n            httpGet:\n              path: /readyz\n              port: http\n            periodSeconds: 5\n',
        ' { httpGet: { path: /readyz, port: http }, periodSeconds: 5 }\n',
      ],
      ['volumes:\n        - name: tmp\n          emptyDir: {}\n', 'volumes: [{name: tmp, emptyDir: {}}]\n'],
    ]),
  (text) => parseDocument(text).toString({ indentSeq: false, lineWidth: 0 }),
  (text) =>
    text.replaceAll(/^( +)(replicas|env|livenessProbe|resources|volumes):/gm, '$1# See values.yaml for $2.\n$1$2:'),
  (text) =>
    replaceAll(text, [
      ['matchLabels:\n', 'matchLabels: &labels\n'],
      [`      labels:\n        ${labels}`, '      labels: *labels\n'],
    ]),
  (text) => `---\n${JSON.stringify(parse(text), null, 2)}\n`,
];

const templates = styles.map((style) => ({ dapr: style(block('dapr.io')), other: style(block('prometheus.io')) }));

/**
 * Every tenth is Dapr-enabled, and ten by ten they have another style; the first ten are in block style. The same
 * number makes the same text.
 */
export const deployment = (index: number, isDapr = index % 10 === 0): string => {
  const template = templates[Math.floor(index / 10) % templates.length];
  if (template === undefined) throw new Error(`there is no Deployment ${index}`);
  return (isDapr ? template.dapr : template.other)
    .replaceAll('NAME', `service-${String(index).padStart(5, '0')}`)
    .replace('CHECKSUM', String(index * 2654435761).padStart(64, '0'));
};

export const deployments = (count: number): string =>
  Array.from({ length: count }, (_, index) => deployment(index)).join('');

/** So many documents, of which every so many-th is Dapr-enabled; the styles take turns among these. */
export const daprAmong = (count: number, daprCount: number): string =>
  Array.from({ length: count }, (_, index) => {
    const every = Math.floor(count / daprCount);
    return deployment(Math.floor(index / every) * 10 + (index % 10), index % every === 0);
  }).join('');
