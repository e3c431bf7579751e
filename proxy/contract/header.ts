/**
 * Whether HTTP can carry a header: its name is a token, its value has no control character but the tab (RFC 9110 §5.5;
 * golang.org/x/net/http/httpguts, `ValidHeaderFieldName`, `ValidHeaderFieldValue`). Go sends no other, so that a probe
 * of the kubelet's with such a header never succeeds.
 */
export const isHeader = (name: string, value: string): boolean =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /^[\w!#$%&'*+\-.^`|~]+$/.test(name) && !/[\x00-\x08\x0a-\x1f\x7f]/.test(value);
