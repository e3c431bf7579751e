import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { brotliCompressSync } from 'node:zlib';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { pages } from './shell/pages.ts';

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

/** Keeps the Kubernetes client and the pages of rules apart, each as a compressed text: few runs need them, and they are larger than the rest. */
const apart: Plugin = {
  name: 'apart',
  setup: ({ onResolve }) =>
    onResolve({ filter: /\/(cluster|pages)\.ts$/ }, ({ kind, path }) =>
      kind === 'dynamic-import'
        ? { path: path.endsWith('/pages.ts') ? 'daps:pages' : 'daps:cluster', external: true }
        : undefined,
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
  plugins: [apart],
  supported: { 'dynamic-import': false },
  footer: { js: 'exports.main = module.exports.main;' },
});
const clusterText = await bundle({
  ...programOptions,
  entryPoints: ['cli/shell/cluster.ts'],
  supported: { 'dynamic-import': false },
  footer: { js: 'exports.openCluster = module.exports.openCluster;' },
});
/** A text as esbuild puts it into a program: a literal of its compressed bytes. */
const compressed = (text: string): string => JSON.stringify(brotliCompressSync(text).toString('base64'));

const start = await bundle({
  entryPoints: ['cli/start.ts'],
  format: 'esm',
  banner: { js: '#!/usr/bin/env node' },
  define: {
    programText: JSON.stringify(programText),
    clusterText: compressed(clusterText),
    pagesText: compressed(JSON.stringify(pages)),
  },
});
await mkdir('dist', { recursive: true });
await writeFile('dist/daps.mjs', start);
await chmod('dist/daps.mjs', 0o755);
