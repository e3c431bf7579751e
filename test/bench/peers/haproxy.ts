import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { folder } from '../measure.ts';
import { maxConnections, type Peer } from './peer.ts';

/** One thread that keeps its connections and logs nothing. */
export const haproxyPeer: Peer = {
  name: 'HAProxy',
  program: async (port, appPort) => {
    const path = join(folder, 'haproxy.cfg');
    writeFileSync(
      path,
      `global
  nbthread 1
  maxconn ${maxConnections}
defaults
  mode http
  option http-keep-alive
  http-reuse always
  timeout connect 10s
  timeout client 1h
  timeout server 1h
frontend proxy
  bind 127.0.0.1:${port} backlog ${maxConnections}
  default_backend app
backend app
  server app 127.0.0.1:${appPort}
`,
    );
    return { program: 'haproxy', args: ['-db', '-q', '-f', path] };
  },
};
