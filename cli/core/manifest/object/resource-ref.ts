/** Which Kubernetes object is meant. `namespace` and `name` are empty where the manifest has none. */
export interface ResourceRef {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** `Deployment/shop/web`, or `Deployment/web` where no namespace is known. */
export const formatRef = (ref: ResourceRef): string =>
  [ref.kind, ref.namespace, ref.name].filter((part) => part !== '').join('/');

/** `apps/v1` → group `apps`, version `v1`; `v1` → group ``. */
export const parseApiVersion = (apiVersion: string): { group: string; version: string } => {
  const slash = apiVersion.indexOf('/');
  return slash < 0
    ? { group: '', version: apiVersion }
    : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
};
