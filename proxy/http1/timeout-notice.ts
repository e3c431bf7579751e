/**
 * Whether a server sends this on an idle connection that it is about to close. Go's client recognizes it, too
 * (net/http/transport.go, `is408Message`).
 */
export const isTimeoutNotice = (chunk: Buffer): boolean => /^HTTP\/1\.[01] 408/.test(chunk.toString('latin1', 0, 12));
