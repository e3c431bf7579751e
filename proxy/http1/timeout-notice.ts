/** What a server sends on an idle connection that it is about to close; Go's client knows it, too (net/http/transport.go, `is408Message`). */
export const isTimeoutNotice = (chunk: Buffer): boolean => /^HTTP\/1\.[01] 408/.test(chunk.toString('latin1', 0, 12));
