import { parseJson } from '../contract/json.ts';
import { routePathsOf } from './route-path.ts';

/** The known routes that daprd delivers to. All of them are paths as daprd requests them. */
export interface KnownRoutes {
  /** Routes of subscriptions, which get one event at a time, as a CloudEvent. */
  readonly subscriptions: ReadonlySet<string>;
  /** Those of them that may get events in bulk, as JSON. */
  readonly bulks: ReadonlySet<string>;
  /** Routes of input bindings. */
  readonly bindings: ReadonlySet<string>;
  /** Those of them that follow from the binding's name only, and have not got a delivery yet. */
  readonly unseenBindings: ReadonlySet<string>;
  readonly configurationStores: ReadonlySet<string> | 'unknown';
  /** Whether daprd delivers nowhere else. */
  readonly isComplete: boolean;
}

export interface SubscriptionRoutes {
  readonly subscriptions: ReadonlySet<string>;
  readonly bulks: ReadonlySet<string>;
}

/** The routes in daprd's `/v1.0/metadata`. */
export interface MetadataRoutes {
  /** Routes of subscriptions that the app has reported to daprd itself. */
  readonly programmatic: ReadonlySet<string>;
  /** Routes of all other subscriptions. daprd does not say which of them are bulk subscriptions. */
  readonly declarative: ReadonlySet<string>;
  /** Names of input bindings. The route of each is its name, or another one that daprd does not report. */
  readonly inputBindings: readonly string[];
  readonly configurationStores: ReadonlySet<string>;
}

/** What daps has learned so far. */
export interface HeardRoutes {
  /** The app's answer to daprd's `/dapr/subscribe`; undefined if daps did not see it, or cannot read it. */
  readonly subscribe: SubscriptionRoutes | undefined;
  /** Whether the app takes the binding of a path, as it has answered `OPTIONS`. */
  readonly options: ReadonlyMap<string, boolean>;
  /** Routes after a binding's name that have got a delivery. */
  readonly seen: ReadonlySet<string>;
  /** daprd's last answer; undefined if there was none. */
  readonly metadata: MetadataRoutes | undefined;
  /** Whether daprd answered after it had asked the app what it wants. */
  readonly isMetadataCurrent: boolean;
}

export const nothingHeard: HeardRoutes = {
  subscribe: undefined,
  options: new Map(),
  seen: new Set(),
  metadata: undefined,
  isMetadataCurrent: false,
};

/** Combines what daps has learned. */
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
  const items = parseJson(text);
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
  const answer = parseJson(text);
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

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
