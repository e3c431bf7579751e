import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import tty from 'node:tty';
import { fileURLToPath } from 'node:url';
import { inspectCertificate } from './certificate.ts';
import { codeOf, readStdin } from './read-stdin.ts';
import { runProgram } from './run-program.ts';
import type { FileRead, FileWritten, Shell } from './shell.ts';
import { writeAll } from './write-all.ts';

/** The running process as a `Shell`. `bundle` is the module that was started, `stdin` what was read of it before. */
export const processShell = (version: string, bundle: string, stdin: Uint8Array | undefined): Shell => ({
  version,
  environment: process.env,
  folder: process.cwd(),
  stdinIsTerminal: tty.isatty(0),
  isColored: { stdout: isColored(1), stderr: isColored(2) },
  readStdin: () => stdin ?? readStdin(),
  readFile,
  listManifests,
  writeStdout: (text) => writeAll(1, text),
  writeStderr: (text) => writeAll(2, text),
  writeFile: (file, text) => write(file, () => fs.writeFileSync(file, text)),
  appendFile: (file, text) => write(file, () => fs.appendFileSync(file, text)),
  run: (command, args) => runProgram(command, args, 'inherit'),
  ask: (command, args) => runProgram(command, args, 'pipe'),
  findPrograms,
  ownBundle: () => (bundle.endsWith('.mjs') ? fs.readFileSync(fileURLToPath(bundle), 'utf8') : undefined),
  nodePath: process.execPath,
  openCluster: async (wanted) => (await import('./cluster.ts')).openCluster(wanted),
  inspectCertificate,
  rulePage: async (id) => (await import('./pages.ts')).pages[id],
  now: Date.now,
});

const isColored = (descriptor: number): boolean =>
  tty.isatty(descriptor) && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb';

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'permission denied',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is no folder',
  EEXIST: 'a part of its path is no folder',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space is left',
};

const readFile = (file: string): FileRead => {
  try {
    return { ok: true, bytes: fs.readFileSync(file) };
  } catch (thrown) {
    return { ok: false, reason: reasons[codeOf(thrown)] ?? codeOf(thrown) };
  }
};

const write = (file: string, action: () => void): FileWritten => {
  try {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    action();
    return { ok: true };
  } catch (thrown) {
    return { ok: false, reason: reasons[codeOf(thrown)] ?? codeOf(thrown) };
  }
};

const listManifests = (folder: string): readonly string[] | undefined => {
  const stat = fs.statSync(folder, { throwIfNoEntry: false });
  if (stat?.isDirectory() !== true) return undefined;
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ya?ml|json)$/i.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
};

const findPrograms = (name: string): readonly string[] =>
  (process.env['PATH'] ?? '')
    .split(path.delimiter)
    .map((folder) => path.join(folder, name))
    .filter((file) => {
      try {
        fs.accessSync(file, fs.constants.X_OK);
        return fs.statSync(file).isFile();
      } catch {
        return false;
      }
    });
