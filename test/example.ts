import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';

/** `npm run example`: the main job on the shipped example chart, before the reader's eyes. */
const root = join(import.meta.dirname, '..');
const rendered = 'fixtures/example/rendered.yaml';
const daps = (...args: readonly string[]) =>
  execa(process.execPath, [join(root, 'dist/daps.mjs'), ...args], {
    cwd: root,
    input: readFileSync(join(root, rendered)),
  });

const injected = await daps('inject', '--quiet');
const diff = await daps('inject', '--diff', '--color', 'never');
process.stdout.write(
  `${injected.stdout}\n\n# ${'-'.repeat(77)}\n# Above: fixtures/example/chart as Helm renders it, injected. Below: what daps changed.\n${diff.stdout}\n\n${diff.stderr}\n\nTry it yourself:  npx daps < ${rendered}\n`,
);
