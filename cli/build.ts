import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { type BuildOptions, build } from 'esbuild';

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

const programText = await bundle({
  entryPoints: ['cli/main.ts'],
  format: 'cjs',
  legalComments: 'inline',
  define: { 'import.meta.url': 'bundleUrl' },
  footer: { js: 'exports.main = module.exports.main;' },
  banner: { js: 'const module = { exports };' },
});
const start = await bundle({
  entryPoints: ['cli/start.ts'],
  format: 'esm',
  banner: { js: '#!/usr/bin/env node' },
  define: { programText: JSON.stringify(programText) },
});
await mkdir('dist', { recursive: true });
await writeFile('dist/daps.mjs', start);
await chmod('dist/daps.mjs', 0o755);
