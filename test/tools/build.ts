import { existsSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { go } from './go.ts';
import { modulesFolder, toolsFolder } from './places.ts';
import type { Tool } from './registry.ts';
import { readStamp, stampOf } from './stamp.ts';

function buildArguments(tool: Tool): string[] {
  const ldflags = ['-s -w', tool.ldflags ?? ''].join(' ').trim();
  const tags = tool.tags === undefined ? [] : ['-tags', tool.tags];
  return ['build', '-trimpath', '-buildvcs=false', ...tags, '-ldflags', ldflags];
}

/** Builds a tool that is missing or stale; answers what it did, in words. */
export async function buildTool(tool: Tool, goVersion: string): Promise<string> {
  const binary = join(toolsFolder, tool.name);
  const stampFile = `${binary}.stamp`;
  const flags = buildArguments(tool);
  const stamp = await stampOf(tool.module, [goVersion, ...flags, tool.package]);
  if (existsSync(binary) && (await readStamp(stampFile)) === stamp) return 'up to date';

  const started = performance.now();
  const unfinished = `${binary}.new`; // renamed when whole, so that a test never starts half a binary
  await go([...flags, '-o', unfinished, tool.package], join(modulesFolder, tool.module));
  await rename(unfinished, binary);
  await writeFile(stampFile, stamp);
  return `built in ${((performance.now() - started) / 1000).toFixed(1)} s`;
}
