import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { folder } from '../measure.ts';
import type { Program } from '../proxy-processes.ts';
import { maxConnections, type Peer } from './peer.ts';

const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];

/** One worker that keeps its connections, logs nothing and never writes a body to a file. */
const nginx = (name: string, http: string): Program => {
  const path = join(folder, `${name}.conf`);
  // A worker of root's would be "nobody" otherwise, and may not look into the folder.
  const user = process.getuid?.() === 0 ? 'user root;' : '';
  writeFileSync(
    path,
    `${user}
daemon off;
worker_processes 1;
worker_rlimit_nofile ${4 * maxConnections};
pid ${join(folder, name)}.pid;
error_log stderr crit;
events { worker_connections ${2 * maxConnections + 64}; }
http {
  access_log off;
  server_tokens off;
  default_type application/json;
  keepalive_timeout 1h;
  keepalive_time 24h;
  keepalive_requests 1000000000;
  client_body_buffer_size 128k;
  client_max_body_size 0;
${temporary.map((kind) => `  ${kind}_temp_path ${join(folder, `${name}-${kind}`)};\n`).join('')}${http}}
`,
  );
  return { program: 'nginx', args: ['-e', 'stderr', '-c', path] };
};

/**
 * The app: it reads a request to its end, then answers 200. `return` alone would answer before the body is read;
 * `mirror` reads it, `empty_gif` refuses a POST, and that leads to the answer.
 */
export const appOn = (port: number): Program =>
  nginx(
    'app',
    `  server {
    listen 127.0.0.1:${port} backlog=${maxConnections};
    location / { mirror /mirror; empty_gif; error_page 405 =200 @answer; }
    location = /mirror { internal; return 204; }
    location @answer { return 200 '{"status":"SUCCESS"}'; }
  }
`,
  );

export const nginxPeer: Peer = {
  name: 'nginx',
  program: async (port, appPort) =>
    nginx(
      'nginx',
      `  upstream app {
    server 127.0.0.1:${appPort};
    keepalive ${maxConnections};
    keepalive_requests 1000000000;
    keepalive_time 24h;
    keepalive_timeout 1h;
  }
  server {
    listen 127.0.0.1:${port} backlog=${maxConnections};
    location / {
      proxy_pass http://app;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $http_host;
    }
  }
`,
    ),
};
