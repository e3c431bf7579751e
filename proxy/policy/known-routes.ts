import { routePathsOf } from './route-path.ts';

/** Where daprd delivers what, as far as it is known. All of them are paths as daprd asks for them. */
export interface KnownRoutes {
  /** Of subscriptions: an event at a time comes there as a CloudEvent. */
  readonly subscriptions: ReadonlySet<string>;
  /** Those of them that may get events in bulk, as JSON. */
  readonly bulks: ReadonlySet<string>;
  /** Of input bindings. */
  readonly bindings: ReadonlySet<string>;
  /** Those of them that are known by the binding's name only, and have got nothing yet. */
  readonly unseenBindings: ReadonlySet<string>;
  readonly configurationStores: ReadonlySet<string> | 'unknown';
  /** Whether daprd delivers nowhere else. */
  readonly isComplete: boolean;
}

export interface SubscriptionRoutes {
  readonly subscriptions: ReadonlySet<string>;
  readonly bulks: ReadonlySet<string>;
}

/** What daprd's `/v1.0/metadata` tells of its routes. */
export interface MetadataRoutes {
  /** Of subscriptions that the app has told daprd itself. */
  readonly programmatic: ReadonlySet<string>;
  /** Of all others; nobody tells which of them are bulk subscriptions. */
  readonly declarative: ReadonlySet<string>;
  /** Names of components that read: each has its name for a route, or another that nobody tells. */
  readonly inputBindings: readonly string[];
  readonly configurationStores: ReadonlySet<string>;
}

/** What has been heard so far. */
export interface HeardRoutes {
  /** The app's answer to daprd's `/dapr/subscribe`; undefined where it was not heard, or not understood. */
  readonly subscribe: SubscriptionRoutes | undefined;
  /** Whether the app takes the binding of a path, as it has answered `OPTIONS`. */
  readonly options: ReadonlyMap<string, boolean>;
  /** Routes by a binding's name that have got a delivery. */
  readonly seen: ReadonlySet<string>;
  /** What daprd last told; undefined where it never did. */
  readonly metadata: MetadataRoutes | undefined;
  /** Whether it told that after it had asked the app what it wants. */
  readonly isMetadataCurrent: boolean;
}

export const nothingHeard: HeardRoutes = {
  subscribe: undefined,
  options: new Map(),
  seen: new Set(),
  metadata: undefined,
  isMetadataCurrent: false,
};

/** Puts together what was heard. */
export const knownRoutes = ({ subscribe, options, seen, metadata, isMetadataCurrent }: HeardRoutes): KnownRoutes => {
  const programmatic = metadata?.programmatic ?? [];
  const declarative = metadata?.declarative ?? [];
  const names = (metadata?.inputBindings ?? []).map(routePathsOf);
  // daprd asks OPTIONS for each binding that does not say `direction: input`, at the route that its Component says.
  const isAnyUntold = names.length > options.size;
  const untold = isAnyUntold ? names.filter((paths) => !paths.some((path) => options.has(path))) : [];
  const unseen = untold.filter((paths) => !paths.some((path) => seen.has(path)));
  const taken = [...options].filter(([, isTaken]) => isTaken).map(([path]) => path);
  return {
    subscriptions: new Set([...(subscribe?.subscriptions ?? []), ...programmatic, ...declarative]),
    bulks: new Set([...(subscribe?.bulks ?? programmatic), ...declarative]),
    bindings: new Set([...taken, ...untold.flat()]),
    unseenBindings: new Set(unseen.flat()),
    configurationStores: metadata?.configurationStores ?? 'unknown',
    isComplete: isMetadataCurrent && unseen.length === 0,
  };
};

export const noSubscriptions: SubscriptionRoutes = { subscriptions: new Set(), bulks: new Set() };

/** The app's answer to `/dapr/subscribe`, as daprd reads it (Dapr 1.18.1, pkg/runtime/pubsub/subscriptions.go). */
export const readSubscribeAnswer = (text: string): SubscriptionRoutes | undefined => {
  if (text.trim() === '') return noSubscriptions;
  const items = parsed(text);
  if (!Array.isArray(items)) return undefined;
  const subscriptions = new Set<string>();
  const bulks = new Set<string>();
  for (const item of items) {
    const { route, routes, bulkSubscribe } = fieldsOf(item);
    const { rules, default: fallback } = fieldsOf(routes);
    const told = [route, fallback, ...listOf(rules).map((rule) => fieldsOf(rule)['path'])].filter(isText);
    for (const path of told.flatMap(routePathsOf)) {
      subscriptions.add(path);
      if (fieldsOf(bulkSubscribe)['enabled'] === true) bulks.add(path);
    }
  }
  return { subscriptions, bulks };
};

/** daprd's answer to `/v1.0/metadata` (Dapr 1.18.1, pkg/api/http/metadata.go, and runtime.go for capabilities). */
export const readMetadata = (text: string): MetadataRoutes | undefined => {
  const answer = parsed(text);
  if (typeof answer !== 'object' || answer === null) return undefined;
  const { subscriptions, components } = fieldsOf(answer);
  const programmatic = new Set<string>();
  const declarative = new Set<string>();
  for (const subscription of listOf(subscriptions)) {
    const { type, rules } = fieldsOf(subscription);
    const paths = type === 'PROGRAMMATIC' ? programmatic : declarative;
    const told = listOf(rules).map((rule) => fieldsOf(rule)['path']);
    for (const path of told.filter(isText).flatMap(routePathsOf)) paths.add(path);
  }
  const inputBindings: string[] = [];
  const configurationStores = new Set<string>();
  for (const component of listOf(components)) {
    const { name, type, capabilities } = fieldsOf(component);
    if (!isText(name) || !isText(type)) continue;
    if (listOf(capabilities).includes('INPUT_BINDING')) inputBindings.push(name);
    if (type.startsWith('configuration.')) configurationStores.add(name);
  }
  return { programmatic, declarative, inputBindings, configurationStores };
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
