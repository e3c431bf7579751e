import { isHeader } from '../../../proxy/contract/header.ts';
import { fail, ok, type Result } from '../../../proxy/contract/result.ts';
import { type Problem, problem } from '../diagnostic.ts';
import type { Path } from '../manifest/model/path.ts';
import type { MapValue, Value } from '../manifest/model/value.ts';
import { itemsOf, mapOf, nameOf, numberOf, resolvePort, textOf } from '../manifest/object/pod.ts';

/** Something the sidecar calls for the kubelet: a URL, with the headers the user gave. */
export interface HttpTarget {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A handler of a probe or hook, as a target. `exec` cannot be called from another container. */
export type Handler =
  | { readonly kind: 'target'; readonly target: HttpTarget }
  | { readonly kind: 'exec' }
  | { readonly kind: 'none' };

/** Reads `httpGet`, `tcpSocket`, `grpc`, `sleep` or `exec` (core/v1 `ProbeHandler`, `LifecycleHandler`). */
export const readHandler = (
  handler: Value | undefined,
  container: MapValue,
  host: string,
  path: Path,
): Result<Handler, Problem> => {
  const map = withoutNulls(mapOf(handler));
  if ('httpGet' in map) return httpTarget(mapOf(map['httpGet']), container, host, [...path, 'httpGet']);
  if ('tcpSocket' in map) {
    const action = mapOf(map['tcpSocket']);
    return withPort(container, action['port'], [...path, 'tcpSocket', 'port'], (port) => ({
      url: `tcp://${hostIn(action, host)}:${port}`,
      headers: {},
    }));
  }
  if ('grpc' in map) {
    const action = mapOf(map['grpc']);
    const service = textOf(action['service']) ?? '';
    return withPort(container, action['port'], [...path, 'grpc', 'port'], (port) => ({
      url: `grpc://${urlHost(host)}:${port}/${encodeURIComponent(service)}`,
      headers: {},
    }));
  }
  if ('sleep' in map) {
    return ok({
      kind: 'target',
      target: { url: `sleep:${numberOf(mapOf(map['sleep'])['seconds']) ?? 0}s`, headers: {} },
    });
  }
  return ok({ kind: 'exec' in map ? 'exec' : 'none' });
};

const httpTarget = (action: MapValue, container: MapValue, host: string, path: Path): Result<Handler, Problem> => {
  const scheme = (textOf(action['scheme']) || 'HTTP').toLowerCase();
  const file = textOf(action['path']) || '/';
  const headers = readHeaders(itemsOf(action['httpHeaders']));
  const unsendable = Object.entries(headers).find(([name, value]) => !isHeader(name, value));
  if (unsendable !== undefined) {
    const [name] = unsendable;
    const place = [...path, 'httpHeaders', { name }, 'value'];
    return fail(problem('unsendable-header', { header: name, container: nameOf(container) }, place));
  }
  return withPort(container, action['port'], [...path, 'port'], (port) => ({
    url: `${scheme}://${hostIn(action, host)}:${port}${file.startsWith('/') ? file : `/${file}`}`,
    headers,
  }));
};

/** A name given twice is one header with both values (RFC 9110 §5.3). */
const readHeaders = (items: readonly MapValue[]): Readonly<Record<string, string>> => {
  const headers = new Map<string, string>();
  for (const item of items) {
    const before = headers.get(nameOf(item));
    const value = textOf(item['value']) ?? '';
    headers.set(nameOf(item), before === undefined ? value : `${before}, ${value}`);
  }
  return Object.fromEntries(headers);
};

/** An empty host is none (kubernetes pkg/kubelet/lifecycle/handlers.go). */
const hostIn = (action: MapValue, host: string): string => urlHost(textOf(action['host']) || host);

/** Whether an address is the pod's own. */
export const isLoopback = (host: string): boolean => /^(localhost|127(\.\d+){3}|\[?::1\]?)$/i.test(host);

/** An IPv6 address stands in brackets (RFC 3986 §3.2.2). */
export const urlHost = (host: string): string => (host.includes(':') && !host.startsWith('[') ? `[${host}]` : host);

const withPort = (
  container: MapValue,
  port: Value | undefined,
  path: Path,
  make: (port: number) => HttpTarget,
): Result<Handler, Problem> => {
  const resolved = resolvePort(container, port);
  if (typeof resolved === 'number') {
    const target = make(resolved);
    return URL.canParse(target.url)
      ? ok({ kind: 'target', target })
      : fail(problem('uncallable-address', { url: target.url, container: nameOf(container) }, path.slice(0, -1)));
  }
  return fail(problem('unknown-port-name', { name: resolved.unknown, container: nameOf(container) }, path));
};

/** To the API server a null is nothing. */
const withoutNulls = (map: MapValue): MapValue =>
  Object.fromEntries(Object.entries(map).filter(([, value]) => value !== null));
