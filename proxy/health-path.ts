/** What may stand in a path as it is (Go 1.26, net/url `validEncoded`, `shouldEscape` of a path). */
const asItIs = /^[\w\-.~!$&'()*+,;=:@[\]/%]*$/;
const unescaped = /[\w\-.~$&+,/:;=@]/;

/**
 * The path that daprd asks for its app health check, from what `dapr.io/app-health-check-path` says: with one slash in
 * front (Dapr 1.18.1, pkg/channel/http/http_channel.go, `SetAppHealthCheckPath`), without query and fragment, and
 * escaped as Go does.
 */
export const healthPathOf = (text: string): string => {
  const [path = ''] = `/${text.replace(/^\//, '')}`.split(/[?#]/, 1);
  return asItIs.test(path) ? path : escaped(path);
};

const escaped = (path: string): string => {
  let result = '';
  for (const byte of unescapedBytes(path)) {
    const character = String.fromCharCode(byte);
    result +=
      byte < 0x80 && unescaped.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return result;
};

/** The bytes that a path means; a `%` that begins no escape is one of them, and daprd then asks for nothing. */
const unescapedBytes = (path: string): Buffer =>
  Buffer.concat(
    path
      .split(/(%[0-9a-f]{2})/i)
      .map((part) => (/^%[0-9a-f]{2}$/i.test(part) ? Buffer.from(part.slice(1), 'hex') : Buffer.from(part))),
  );
