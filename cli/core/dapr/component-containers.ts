import { isMapValue, type MapValue, NumberValue, type Value } from '../manifest/model/value.ts';
import { itemsOf, nameOf, textOf } from '../manifest/object/pod.ts';
import type { NamedItem } from '../manifest/write/change.ts';
import { componentSocketsVariable } from './daprd-environment.ts';
import { variable } from './env-list.ts';
import { isInScope } from './scopes.ts';
import { componentSocketsVolume, mount } from './volume-mounts.ts';

/** A Component that brings the container of its own pluggable implementation. */
export interface PluggableComponent {
  readonly name: string;
  readonly namespace: string;
  /** The app-ids it is for; none means every app. */
  readonly scopes: readonly string[];
  readonly container: MapValue;
}

/** The container that a Component's annotation holds; undefined where it is not an object in JSON. */
export const readComponentContainer = (text: string): MapValue | undefined => {
  try {
    const value = fromJson(JSON.parse(text));
    return isMapValue(value) ? value : undefined;
  } catch {
    return undefined;
  }
};

const fromJson = (json: unknown): Value => {
  if (typeof json === 'number') return new NumberValue(String(json), json);
  if (Array.isArray(json)) return json.map(fromJson);
  if (typeof json !== 'object' || json === null) return json as null | boolean | string;
  return Object.fromEntries(Object.entries(json).map(([key, item]) => [key, fromJson(item)]));
};

/**
 * The components' containers for an app: one an image, named after the Component where it has no name
 * (pkg/injector/patcher/sidecar_components.go `Injectable`). The API server lists Components by name.
 */
export const componentsFor = (appId: string, components: readonly PluggableComponent[]): readonly NamedItem[] => {
  const images = new Set<string>();
  return [...components]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .filter((component) => isInScope(component, appId))
    .flatMap(({ name, container }) => {
      const image = textOf(container['image']) ?? '';
      if (images.has(image)) return [];
      images.add(image);
      const { name: own, ...rest } = container;
      return [{ name: textOf(own) || name, ...rest }];
    });
};

/** As native sidecars, before daprd, with the folder of the sockets. */
export const withSockets = (container: NamedItem, folder: string): NamedItem => ({
  ...container,
  restartPolicy: 'Always',
  env: [...itemsOf(container['env']), variable(componentSocketsVariable, folder)],
  volumeMounts: [...itemsOf(container['volumeMounts']), mount(componentSocketsVolume, folder, false)],
});

/** What the containers mount and nobody declares is an empty folder; once, where two mount it. */
export const componentVolumes = (containers: readonly NamedItem[]): readonly NamedItem[] => {
  const names = containers.flatMap((container) => itemsOf(container['volumeMounts']).map(nameOf));
  return [
    { name: componentSocketsVolume, emptyDir: {} },
    ...[...new Set(names)].filter((name) => name !== componentSocketsVolume).map((name) => ({ name, emptyDir: {} })),
  ];
};
