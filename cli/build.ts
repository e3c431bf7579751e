import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { brotliCompressSync } from 'node:zlib';
import { type BuildOptions, build, type Plugin } from 'esbuild';

/**
 * Makes `dist/daps.mjs`, the one file that users run: a small start whose syntax is old enough for a Node that is told
 * to be too old, and the program as text in it. The program is CommonJS, in which a module behind an `import()`, and
 * the Node modules it needs, are evaluated only when it is called for.
 */
const bundle = async (options: BuildOptions): Promise<string> => {
  const { outputFiles } = await build({
    bundle: true,
    platform: 'node',
    target: 'es2022',
    minify: true,
    logLevel: 'warning',
    ...options,
    write: false,
  });
  const [file] = outputFiles;
  if (file === undefined) throw new Error('esbuild made no file');
  return file.text;
};

/** The Kubernetes client is three times the rest, and one command needs it: it is a text of its own, compressed. */
const clusterApart: Plugin = {
  name: 'cluster-apart',
  setup: ({ onResolve }) =>
    onResolve({ filter: /\/cluster\.ts$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: 'daps:cluster', external: true } : undefined,
    ),
};

const programOptions: BuildOptions = {
  format: 'cjs',
  legalComments: 'inline',
  define: { 'import.meta.url': 'bundleUrl' },
  banner: { js: 'const module = { exports };' },
};
const programText = await bundle({
  ...programOptions,
  entryPoints: ['cli/main.ts'],
  plugins: [clusterApart],
  supported: { 'dynamic-import': false },
  footer: { js: 'exports.main = module.exports.main;' },
});
const clusterText = await bundle({
  ...programOptions,
  entryPoints: ['cli/shell/cluster.ts'],
  supported: { 'dynamic-import': false },
  footer: { js: 'exports.openCluster = module.exports.openCluster;' },
});
const start = await bundle({
  entryPoints: ['cli/start.ts'],
  format: 'esm',
  banner: { js: '#!/usr/bin/env node' },
  define: {
    programText: JSON.stringify(programText),
    clusterText: JSON.stringify(brotliCompressSync(clusterText).toString('base64')),
  },
});
await mkdir('dist', { recursive: true });
await writeFile('dist/daps.mjs', start);
await chmod('dist/daps.mjs', 0o755);
