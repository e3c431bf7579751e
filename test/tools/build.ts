import { existsSync } from 'node:fs';
import { copyFile, link, mkdir, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { go } from './go.ts';
import { modulesFolder, toolsCache, toolsFolder } from './places.ts';
import type { Tool } from './registry.ts';
import { readStamp, stampOf } from './stamp.ts';

function buildArguments(tool: Tool): string[] {
  const ldflags = ['-s -w', tool.ldflags ?? ''].join(' ').trim();
  const tags = tool.tags === undefined ? [] : ['-tags', tool.tags];
  return ['build', '-trimpath', '-buildvcs=false', ...tags, '-ldflags', ldflags];
}

/** Puts a file at a second place, whole or not at all: a test never starts half a binary. */
async function place(from: string, to: string): Promise<void> {
  const unfinished = `${to}.${process.pid}.new`;
  await rm(unfinished, { force: true });
  await link(from, unfinished).catch(() => copyFile(from, unfinished)); // the cache may be on another disk
  await rename(unfinished, to);
}

const keptDays = 14;

/** Removes builds of a tool that no checkout has used for two weeks. */
async function prune(name: string): Promise<void> {
  const oldest = Date.now() - keptDays * 86_400_000;
  const builds = (await readdir(toolsCache)).filter((file) => /^(.*)-[0-9a-f]{64}$/.exec(file)?.[1] === name);
  for (const file of builds) {
    const path = join(toolsCache, file);
    if ((await stat(path)).mtimeMs < oldest) await rm(path, { force: true });
  }
}

/** Builds a tool that this checkout lacks or has in an old version, unless the cache has it; returns what happened. */
export async function buildTool(tool: Tool, goVersion: string): Promise<string> {
  const binary = join(toolsFolder, tool.name);
  const stampFile = `${binary}.stamp`;
  const flags = buildArguments(tool);
  const stamp = await stampOf(tool.module, [goVersion, ...flags, tool.package]);
  const cached = join(toolsCache, `${tool.name}-${stamp}`);
  await mkdir(toolsCache, { recursive: true });
  if (existsSync(binary) && (await readStamp(stampFile)) === stamp) {
    if (!existsSync(cached)) await place(binary, cached);
    return 'up to date';
  }

  const started = performance.now();
  const isCached = existsSync(cached);
  if (!isCached) {
    const unfinished = `${cached}.${process.pid}.new`;
    await go([...flags, '-o', unfinished, tool.package], join(modulesFolder, tool.module));
    await rename(unfinished, cached);
  }
  await utimes(cached, new Date(), new Date());
  await place(cached, binary);
  await writeFile(stampFile, stamp);
  await prune(tool.name);
  return isCached ? 'from the cache' : `built in ${((performance.now() - started) / 1000).toFixed(1)} s`;
}
