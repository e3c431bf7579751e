import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { execa } from 'execa';
import { sendSignal } from '../support/send-signal.ts';
import { stop } from './daemon.ts';
import { removeFootprint } from './footprint.ts';
import { removeNetwork } from './network.ts';
import * as parts from './parts.ts';
import { places, stateFolder } from './places.ts';

const numbers = (): readonly number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);

const read = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // the process has ended meanwhile
  }
};

const parentOf = (pid: number): number => {
  const stat = read(`/proc/${pid}/stat`);
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? 0);
};

/** Processes that keep the lab's containers; they outlive a containerd that was killed. */
const shims = (): readonly number[] =>
  numbers().filter((pid) => {
    const line = read(`/proc/${pid}/cmdline`);
    return line.includes('containerd-shim') && line.includes(places.containerd.socket);
  });

const descendantsOf = (roots: readonly number[]): readonly number[] => {
  const found = new Set<number>();
  let wave = roots;
  while (wave.length > 0) {
    const parents = new Set(wave);
    wave = numbers().filter((pid) => parents.has(parentOf(pid)) && !found.has(pid));
    for (const pid of wave) found.add(pid);
  }
  return [...found];
};

const unmountState = async (): Promise<void> => {
  const targets = read('/proc/mounts')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
    .filter((target) => target.startsWith(`${stateFolder}/`))
    .sort()
    .reverse();
  for (const target of targets) await execa('umount', ['--lazy', target], { reject: false });
};

/** Takes the lab down, whatever is left of it, and leaves nothing behind: no process, mount, link, rule, cgroup or file. */
export const down = async (): Promise<void> => {
  await stop(parts.kubelet.name);
  const keepers = shims();
  const contained = descendantsOf(keepers);
  for (const pid of contained) sendSignal(pid, 'SIGKILL');
  for (const { name } of parts.all) await stop(name);
  for (const pid of keepers) sendSignal(pid, 'SIGKILL');
  await unmountState();
  await removeNetwork();
  removeFootprint();
  rmSync(stateFolder, { recursive: true, force: true });
};
