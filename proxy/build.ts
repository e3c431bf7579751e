import { mkdir } from 'node:fs/promises';
import { build, type Plugin } from 'esbuild';

/**
 * Parts of packages that the sidecar never calls, and that take memory in every pod: idle, 65 MB with them and 56 without.
 * The list of media types alone takes 4.6 MB, what signs cookies and entity tags loads Node's crypto, 2.7 MB.
 */
const unused = [
  // express: no route has a body, a file, a view, a cookie or an entity tag, and all name their media type in full
  ...['body-parser', 'serve-static', 'send', './view', 'qs', 'cookie', 'cookie-signature', 'etag'],
  ...['content-disposition', 'mime-db'],
  // prom-client: neither push gateway, cluster, summaries nor exemplars
  ...['./lib/pushgateway', './lib/cluster', './lib/summary', '@opentelemetry/api'],
  // pino: logs are written at once, by this thread, and hide no field
  ...['thread-stream', './transport', '@pinojs/redact'],
];

const withoutUnused: Plugin = {
  name: 'without-unused',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /.*/ }, ({ path }) => (unused.includes(path) ? { path, namespace: 'unused' } : undefined));
    onLoad({ filter: /.*/, namespace: 'unused' }, () => ({ contents: 'module.exports = {};' }));
  },
};

/**
 * Makes `dist/daps-sidecar.mjs`, the one file of the sidecar's image. Node's own modules are required, not imported:
 * an import reads every export of `node:http`, and with them loads what few programs need (undici, HTTP/2).
 */
await mkdir('dist', { recursive: true });
await build({
  entryPoints: ['proxy/main.ts'],
  outfile: 'dist/daps-sidecar.mjs',
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node24',
  supported: { 'dynamic-import': false },
  minify: true,
  legalComments: 'inline',
  logLevel: 'warning',
  plugins: [withoutUnused],
  banner: {
    js: "import { createRequire } from 'node:module';const require = createRequire(import.meta.url), module = { exports: {} };",
  },
});
