import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { execa } from 'execa';
import { root } from '../support/sources.ts';
import { toolsFolder } from '../tools/places.ts';
import type { ToolName } from '../tools/registry.ts';
import { type Image, writeImage } from './image-archive.ts';
import { daprVersion, imageNames, places } from './places.ts';

const tool = (name: ToolName): string => join(toolsFolder, name);

/** Node and the libraries it needs, by their paths in an image. */
const nodeFiles = async (): Promise<Readonly<Record<string, string>>> => {
  const node = join(root, 'node_modules/node/bin/node');
  const { stdout } = await execa('ldd', [node]);
  const libraries = stdout.match(/\/\S+/g) ?? [];
  return { [node]: '/usr/local/bin/node', ...Object.fromEntries(libraries.map((path) => [path, path])) };
};

/** The apps as JavaScript: a pod that starts should not pay for stripping types. */
const appFiles = async (): Promise<Readonly<Record<string, string>>> => {
  const folder = join(root, 'test/lab/apps');
  const files = await Promise.all(
    readdirSync(folder).map(async (name) => {
      const { outputFiles } = await build({
        entryPoints: [join(folder, name)],
        bundle: true,
        platform: 'node',
        format: 'esm',
        write: false,
      });
      const code = outputFiles[0]?.text ?? '';
      const file = join(places.images, name.replace(/\.ts$/, '.mjs'));
      if (!existsSync(file) || readFileSync(file, 'utf8') !== code) writeFileSync(file, code);
      return [file, `/apps/${basename(file)}`] as const;
    }),
  );
  return Object.fromEntries(files);
};

/** Settings of the last stage of `proxy/Dockerfile`, so that what runs is what it says. */
const dockerfileConfig = (): Image['config'] => {
  const text = readFileSync(join(root, 'proxy/Dockerfile'), 'utf8');
  const stage = text.slice(text.lastIndexOf('\nFROM '));
  const instruction = (name: string): string => {
    const found = new RegExp(`^${name} (.*)$`, 'm').exec(stage)?.[1];
    if (found === undefined) throw new Error(`proxy/Dockerfile: its last stage has no ${name}`);
    return found;
  };
  return {
    Env: instruction('ENV').split(' '),
    User: instruction('USER'),
    Entrypoint: JSON.parse(instruction('ENTRYPOINT')) as string[],
  };
};

const dapr = (name: string, binary: ToolName): Image => ({
  name: `${imageNames.daprRegistry}/${name}:${daprVersion}`,
  files: { [tool(binary)]: `/${name}` },
  // A number, because the chart sets runAsNonRoot without runAsUser.
  config: { User: '65532:65532', Env: ['PATH=/'] },
});

/** Every image of the lab. */
const allImages = async (sidecarImage: string): Promise<readonly Image[]> => {
  const node = await nodeFiles();
  return [
    { name: imageNames.pause, files: { [tool('pause')]: '/pause' }, config: { Entrypoint: ['/pause'] } },
    {
      name: sidecarImage,
      files: { ...node, [join(root, 'dist/daps-sidecar.mjs')]: '/daps/daps-sidecar.mjs' },
      config: dockerfileConfig(),
    },
    {
      name: imageNames.app,
      files: { ...node, ...(await appFiles()) },
      config: { Env: ['PATH=/usr/local/bin'], User: '1000:1000', WorkingDir: '/apps', Entrypoint: ['node'] },
    },
    {
      name: imageNames.meshProxy,
      files: { [tool('mesh-proxy')]: '/mesh-proxy' },
      config: { User: '1337:1337', Entrypoint: ['/mesh-proxy'] },
    },
    dapr('daprd', 'daprd'),
    dapr('placement', 'placement'),
    dapr('operator', 'dapr-operator'),
    dapr('sentry', 'dapr-sentry'),
    dapr('injector', 'dapr-injector'),
    dapr('scheduler', 'dapr-scheduler'),
  ];
};

const filesBelow = (path: string): readonly string[] =>
  statSync(path).isDirectory() ? readdirSync(path).flatMap((name) => filesBelow(join(path, name))) : [path];

/** Changes when a file that goes into the image does. */
const stampOf = ({ files, config }: Image): string => {
  const hash = createHash('sha256').update(JSON.stringify(config));
  for (const file of Object.keys(files).flatMap(filesBelow)) {
    const { size, mtimeMs } = statSync(file);
    hash.update(`\0${file} ${size} ${mtimeMs}`);
  }
  return hash.digest('hex');
};

const ctr = (...args: readonly string[]) =>
  execa('ctr', ['--address', places.containerd.socket, '--namespace', 'k8s.io', ...args]);

/** Makes and imports what is not there yet; answers the names of those. */
export const importImages = async (sidecarImage: string): Promise<readonly string[]> => {
  mkdirSync(places.images, { recursive: true });
  const present = new Set((await ctr('images', 'ls', '-q')).stdout.split('\n'));
  const imported: string[] = [];
  for (const image of await allImages(sidecarImage)) {
    const reference = /^[^/]*[.:]/.test(image.name) ? image.name : `docker.io/${image.name}`;
    const stampFile = join(places.images, `${image.name.replaceAll(/[^\w.-]/g, '_')}.stamp`);
    const stamp = stampOf(image);
    if (present.has(reference) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) continue;
    const archive = `${stampFile}.tar`;
    await writeImage(image, archive);
    await ctr('images', 'import', archive);
    rmSync(archive);
    writeFileSync(stampFile, stamp);
    imported.push(image.name);
  }
  return imported;
};
