import { readFileSync } from 'node:fs';

/** Linux lists the state of every TCP connection of this pod's network here, with both ends of those over loopback. */
const tables = ['/proc/self/net/tcp', '/proc/self/net/tcp6'] as const;
/** The kernel's `TCP_ESTABLISHED` (include/net/tcp_states.h). */
const established = '01';
/** ` 12: 0100007F:2580 0100007F:D2F0 01 …`, or with 32 digits an address. */
const line = /^ *\d+: [0-9A-F]+:([0-9A-F]{4}) [0-9A-F]+:([0-9A-F]{4}) ([0-9A-F]{2}) /gm;

/** Whether daprd has given a connection up, by the port at daprd's end. */
export type HasGivenUp = (daprdPort: number) => boolean;

const nobody: HasGivenUp = () => false;
/** Without IPv6 there is no list of its connections. */
const noConnections = '';

/**
 * Finds connections to a port of the sidecar whose other end is closed, in the kernel's list: a connection that daps
 * does not read does not report its end. Without a list, as outside of Linux, no connection counts as given up. Takes
 * 20 ms with 1,024 connections.
 */
export const readGivenUp = (port: number): HasGivenUp => {
  const alive = new Set<number>();
  for (const table of tables) {
    const text = textOf(table);
    if (text === undefined || (text === noConnections && table === tables[0])) return nobody;
    for (const [, local = '', remote = '', state] of text.matchAll(line))
      if (state === established && Number.parseInt(remote, 16) === port) alive.add(Number.parseInt(local, 16));
  }
  return (daprdPort) => !alive.has(daprdPort);
};

/** Undefined if it cannot be read, as when no descriptor is left. */
const textOf = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'latin1');
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? noConnections : undefined;
  }
};
