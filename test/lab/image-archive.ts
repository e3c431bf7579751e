import { createHash } from 'node:crypto';
import { createWriteStream, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { pack } from 'tar-stream';

/** A container image to be made of files of this machine. */
export interface Image {
  readonly name: string;
  /** Where each file or folder goes, by where it is here. */
  readonly files: Readonly<Record<string, string>>;
  readonly config: {
    readonly Env?: readonly string[];
    readonly Entrypoint?: readonly string[];
    readonly User?: string;
    readonly WorkingDir?: string;
  };
}

type Entry = { readonly path: string; readonly mode: number; readonly content: Buffer | undefined };

const entriesBelow = (source: string, target: string): Entry[] => {
  const { mode } = statSync(source);
  if (!statSync(source).isDirectory()) return [{ path: target, mode: mode & 0o777, content: readFileSync(source) }];
  return [
    { path: target, mode: 0o755, content: undefined },
    ...readdirSync(source).flatMap((name) => entriesBelow(join(source, name), `${target}/${name}`)),
  ];
};

const parentsOf = (path: string): readonly string[] => {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
};

const tar = async (entries: readonly Entry[]): Promise<Buffer> => {
  const archive = pack();
  const made = new Set<string>();
  for (const { path, mode, content } of entries) {
    for (const folder of parentsOf(path)) {
      if (!made.has(folder)) archive.entry({ name: folder, type: 'directory', mode: 0o755 });
      made.add(folder);
    }
    if (content !== undefined) archive.entry({ name: path, mode, mtime: new Date(0) }, content);
    else if (!made.has(path)) archive.entry({ name: path, type: 'directory', mode, mtime: new Date(0) });
    made.add(path);
  }
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** Writes an image as `docker save` does: a manifest, its settings, and one layer. */
export const writeImage = async ({ name, files, config }: Image, file: string): Promise<void> => {
  const scratch: Entry = { path: 'tmp', mode: 0o1777, content: undefined };
  const entries = Object.entries(files).flatMap(([source, target]) => entriesBelow(source, target.replace(/^\//, '')));
  const layer = await tar([...entries, scratch]);
  const settings = Buffer.from(
    JSON.stringify({
      architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
      os: 'linux',
      config,
      rootfs: { type: 'layers', diff_ids: [`sha256:${sha256(layer)}`] },
      history: [{ created_by: 'the lab' }],
    }),
  );
  const manifest = [{ Config: 'config.json', RepoTags: [name], Layers: ['layer.tar'] }];
  const archive = pack();
  archive.entry({ name: 'config.json' }, settings);
  archive.entry({ name: 'layer.tar' }, layer);
  archive.entry({ name: 'manifest.json' }, JSON.stringify(manifest));
  archive.finalize();
  await pipeline(archive, createWriteStream(file));
};
