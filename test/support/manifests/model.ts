/** What injecting means for plain values, said a second time and without a look at the injector. */
export type Plain = null | boolean | number | string | bigint | readonly Plain[] | PlainMap;
export interface PlainMap {
  readonly [key: string]: Plain;
}

const isMap = (value: Plain | undefined): value is PlainMap =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const mapAt = (value: Plain | undefined, key: string): PlainMap => {
  const found = isMap(value) ? value[key] : undefined;
  return isMap(found) ? found : {};
};
const listAt = (value: Plain | undefined, key: string): readonly Plain[] => {
  const found = isMap(value) ? value[key] : undefined;
  return Array.isArray(found) ? found : [];
};

const templatePath = (kind: Plain | undefined): readonly string[] | undefined => {
  switch (kind) {
    case 'Pod':
      return [];
    case 'CronJob':
      return ['spec', 'jobTemplate', 'spec', 'template'];
    case 'Deployment':
    case 'StatefulSet':
    case 'DaemonSet':
    case 'Job':
      return ['spec', 'template'];
    default:
      return undefined;
  }
};

const update = (value: Plain, path: readonly string[], change: (old: Plain) => Plain): Plain => {
  const [key, ...rest] = path;
  if (key === undefined) return change(value);
  return isMap(value) ? { ...value, [key]: update(value[key] ?? {}, rest, change) } : value;
};

/** A document's value as it must be after injecting. */
export const modelInject = (value: Plain): Plain => eachTemplate(value, injectTemplate);

/** The same where daps adds daprd itself. */
export const modelInline = (value: Plain): Plain => eachTemplate(value, inlineTemplate);

/** Takes out what no model can know: the status text, and the sidecar's container but for its name. */
export const withoutDetails = (value: Plain): Plain => eachTemplate(value, hideDetails);

const eachTemplate = (value: Plain, change: (template: Plain) => Plain): Plain => {
  if (Array.isArray(value)) return value.map((item: Plain) => eachTemplate(item, change));
  if (!isMap(value)) return value;
  if (value['kind'] === 'List')
    return { ...value, items: listAt(value, 'items').map((item) => eachTemplate(item, change)) };
  const path = templatePath(value['kind']);
  return path === undefined ? value : update(value, path, change);
};

const hideDetails = (template: Plain): Plain => {
  const annotations = mapAt(mapAt(template, 'metadata'), 'annotations');
  if (!('daps.io/status' in annotations)) return template;
  const noted = update(template, ['metadata', 'annotations', 'daps.io/status'], () => 'a status');
  const containers = listAt(mapAt(template, 'spec'), 'initContainers');
  if (!containers.some(isOurs)) return noted;
  return update(noted, ['spec', 'initContainers'], () =>
    containers.map((one) => (isOurs(one) && isMap(one) ? { name: one['name'] ?? null } : one)),
  );
};

const isOurs = (container: Plain): boolean => isMap(container) && ['daps', 'daprd'].includes(String(container['name']));

const isTruthy = (text: Plain | undefined): boolean =>
  typeof text === 'string' && ['y', 'yes', 'true', 'on', '1', 't'].includes(text.toLowerCase());

const injectTemplate = (template: Plain, isInline = false): Plain => {
  const metadata = mapAt(template, 'metadata');
  const annotations = mapAt(metadata, 'annotations');
  if (annotations['dapr.io/enabled'] !== 'true' || annotations['daps.io/enabled'] === 'false') return template;
  const native = { 'dapr.io/enable-native-sidecar': 'true', 'daps.io/status': 'a status' };
  const annotated = (more: PlainMap): Plain =>
    update(template, ['metadata'], () => ({ ...metadata, annotations: { ...annotations, ...more, ...native } }));
  const isNative = annotations['dapr.io/enable-native-sidecar'] === 'true';
  if (annotations['dapr.io/app-port'] === undefined) return isNative && !isInline ? template : annotated({});
  const labelled = update(annotated(steering(annotations)), ['metadata', 'labels'], () => ({
    ...mapAt(metadata, 'labels'),
    'daps.io/injected': 'true',
  }));
  return update(labelled, ['spec'], (spec) => injectSpec(spec, annotations));
};

const inlineTemplate = (template: Plain): Plain => {
  const steered = injectTemplate(template, true);
  const annotations = mapAt(mapAt(template, 'metadata'), 'annotations');
  if (steered === template) return template;
  const own = mapAt(mapAt(steered, 'metadata'), 'annotations');
  const written = annotations['dapr.io/enable-native-sidecar'];
  const { 'dapr.io/enable-native-sidecar': _, ...rest } = own;
  const metadata = {
    ...mapAt(steered, 'metadata'),
    annotations: written === undefined ? rest : { ...rest, 'dapr.io/enable-native-sidecar': written },
    labels: {
      ...mapAt(mapAt(steered, 'metadata'), 'labels'),
      'dapr.io/sidecar-injected': 'true',
      'dapr.io/app-id': annotations['dapr.io/app-id'] ?? null,
      'dapr.io/metrics-enabled': 'true',
    },
  };
  return update(
    update(steered, ['metadata'], () => metadata),
    ['spec'],
    (spec) => inlineSpec(spec, annotations),
  );
};

/** What Dapr's injector gives a pod. */
const inlineSpec = (spec: Plain, annotations: PlainMap): Plain => {
  const old = isMap(spec) ? spec : {};
  const folder = annotations['dapr.io/unix-domain-socket-path'];
  const hasSockets = folder !== undefined && annotations['dapr.io/app-port'] !== undefined;
  const token = {
    name: 'dapr-identity-token',
    projected: {
      defaultMode: 420,
      sources: [
        {
          serviceAccountToken: {
            audience: 'spiffe://cluster.local/ns/dapr-system/dapr-sentry',
            expirationSeconds: 7200,
            path: 'token',
          },
        },
      ],
    },
  };
  const volumes = listAt(old, 'volumes');
  const isDaps = (one: Plain): boolean => isMap(one) && one['name'] === 'daps';
  const users = listAt(old, 'initContainers').filter((one) => !isDaps(one));
  const sidecar = listAt(old, 'initContainers').filter(isDaps);
  return {
    ...old,
    volumes: hasSockets ? [...volumes.slice(0, 1), token, ...volumes.slice(1)] : [token, ...volumes],
    initContainers: [...users, { name: 'daprd' }, ...sidecar],
    containers: listAt(old, 'containers').map((container) =>
      isMap(container)
        ? inlineContainer(container, protocolOf(annotations), hasSockets ? folder : undefined)
        : container,
    ),
  };
};

const inlineContainer = (container: PlainMap, protocol: string, folder: Plain | undefined): Plain => {
  const env = listAt(container, 'env').filter((one) => !(isMap(one) && one['name'] === 'APP_PROTOCOL'));
  return {
    ...container,
    ...(folder === undefined
      ? {}
      : {
          volumeMounts: [{ name: 'dapr-unix-domain-socket', mountPath: folder }, ...listAt(container, 'volumeMounts')],
        }),
    env: [
      { name: 'DAPR_HTTP_PORT', value: '3500' },
      { name: 'DAPR_GRPC_PORT', value: '50001' },
      { name: 'APP_PROTOCOL', value: protocol },
      ...env,
    ],
  };
};

/** The protocol the app speaks: `app-ssl` is the old way to say https and grpcs. */
const protocolOf = (annotations: PlainMap): string => {
  const written = String(annotations['dapr.io/app-protocol'] ?? 'http').toLowerCase();
  const ssl = isTruthy(annotations['dapr.io/app-ssl']);
  return ssl && (written === 'http' || written === 'grpc') ? `${written}s` : written;
};

const plainProtocol: Readonly<Record<string, string>> = { https: 'http', grpcs: 'grpc' };

const steering = (annotations: PlainMap): PlainMap => {
  const plain = plainProtocol[protocolOf(annotations)];
  const host = annotations['dapr.io/app-channel-address'] ?? '127.0.0.1';
  return {
    'dapr.io/app-port': '9696',
    ...(plain === undefined ? {} : { 'dapr.io/app-protocol': plain }),
    ...(isTruthy(annotations['dapr.io/app-ssl']) ? { 'dapr.io/app-ssl': 'false' } : {}),
    ...(host === '127.0.0.1' ? {} : { 'dapr.io/app-channel-address': '127.0.0.1' }),
  };
};

const graceSeconds: Readonly<Record<string, number>> = { '45s': 45, '2m': 120, '1s': 1 };

const injectSpec = (spec: Plain, annotations: PlainMap): Plain => {
  const old = isMap(spec) ? spec : {};
  const wanted = graceSeconds[String(annotations['daps.io/grace-period'] ?? '')] ?? 0;
  const written = old['terminationGracePeriodSeconds'] ?? 30;
  const sockets =
    annotations['dapr.io/unix-domain-socket-path'] === undefined
      ? []
      : [{ name: 'dapr-unix-domain-socket', emptyDir: { medium: 'Memory' } }];
  return {
    ...old,
    ...(wanted > Number(written) ? { terminationGracePeriodSeconds: wanted } : {}),
    ...(sockets.length === 0 ? {} : { volumes: [...sockets, ...listAt(old, 'volumes')] }),
    initContainers: [{ name: 'daps' }, ...listAt(old, 'initContainers')],
    containers: listAt(old, 'containers').map((container) => injectContainer(container, protocolOf(annotations))),
  };
};

const injectContainer = (container: Plain, protocol: string): Plain => {
  if (!isMap(container)) return container;
  const told = plainProtocol[protocol] === undefined ? container : withProtocol(container, protocol);
  return container['name'] === 'app' ? withAppHook(told) : withHookBeside(told);
};

/** The app goes on with the protocol it speaks, whatever daprd is told. */
const withProtocol = (container: PlainMap, protocol: string): PlainMap => {
  const env = listAt(container, 'env');
  if (env.some((variable) => isMap(variable) && variable['name'] === 'APP_PROTOCOL')) return container;
  return { ...container, env: [{ name: 'APP_PROTOCOL', value: protocol }, ...env] };
};

const withAppHook = (container: PlainMap): PlainMap =>
  'exec' in mapAt(mapAt(container, 'lifecycle'), 'preStop') ? container : withHook(container, '/daps/app-shutdown');

/** A hook of its own stays. */
const withHookBeside = (container: PlainMap): PlainMap =>
  (mapAt(container, 'lifecycle')['preStop'] ?? null) === null
    ? withHook(container, '/daps/container-shutdown')
    : container;

const withHook = (container: PlainMap, path: string): PlainMap => ({
  ...container,
  lifecycle: { ...mapAt(container, 'lifecycle'), preStop: { httpGet: { path, port: 9697 } } },
});
