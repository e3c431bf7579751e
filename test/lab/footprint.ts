import { existsSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { places } from './places.ts';

/** Switches of the kernel that a node needs on. */
const switches = ['/proc/sys/net/ipv4/ip_forward', '/proc/sys/net/bridge/bridge-nf-call-iptables'];

/** Folders that the programs make at places nobody can choose. */
const folders = ['/run/containerd', '/run/mount', '/var/lib/cni', '/var/lib/kubelet'];

const cgroups = '/sys/fs/cgroup';
/** The folder in which containerd's CRI plugin makes a container's cgroups, by hierarchy (v1) or in the only one (v2). */
const cgroupFolders = (): readonly string[] =>
  existsSync(cgroups) ? ['.', ...readdirSync(cgroups)].map((hierarchy) => join(cgroups, hierarchy, 'k8s.io')) : [];

/** How all containers together are weighed against one busy thread of the node, 1024 or 100: by cgroup v1, and by v2. */
const weights = { 'cpu/k8s.io/cpu.shares': '16384', 'k8s.io/cpu.weight': '1600' } as const;

/**
 * Gives pods their part of a busy machine, as a node does that keeps its daemons in a slice. Without it all of them get
 * as much as one thread beside them.
 */
export const weighPods = (): void => {
  for (const [file, weight] of Object.entries(weights))
    if (existsSync(join(cgroups, file))) writeFileSync(join(cgroups, file), weight);
};

interface Before {
  readonly switches: Readonly<Record<string, string>>;
  readonly absent: readonly string[];
}

/** Notes how the machine was before a lab was on it, once, and turns the switches on. */
export const noteFootprint = (): void => {
  const present = switches.filter((file) => existsSync(file));
  if (!existsSync(places.before)) {
    const before: Before = {
      switches: Object.fromEntries(present.map((file) => [file, readFileSync(file, 'utf8').trim()])),
      absent: [...folders, ...cgroupFolders()].filter((folder) => !existsSync(folder)),
    };
    writeFileSync(places.before, JSON.stringify(before));
  }
  for (const file of present) writeFileSync(file, '1');
};

/** Files of a cgroup cannot be removed, its folder can, the innermost first. */
const removeCgroup = (folder: string): void => {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) removeCgroup(join(folder, entry.name));
  }
  rmdirSync(folder);
};

/** Puts the machine back to how it was noted. */
export const removeFootprint = (): void => {
  if (!existsSync(places.before)) return;
  const before = JSON.parse(readFileSync(places.before, 'utf8')) as Before;
  for (const [file, value] of Object.entries(before.switches)) writeFileSync(file, value);
  for (const folder of before.absent) {
    if (folder.startsWith(cgroups)) removeCgroup(folder);
    else rmSync(folder, { recursive: true, force: true });
  }
};
