import { execa } from 'execa';
import { net } from './places.ts';

/**
 * A bridge that was given no hardware address has the lowest of its ports', another one whenever such a pod comes or
 * goes; what the others send then goes nowhere until they ask again.
 */
const hardwareAddress = ['0a:58', ...net.node.split('.').map((part) => Number(part).toString(16).padStart(2, '0'))];

/** The bridge is there before the first pod: the API server, DNS and the brokers' forwards use its address. */
export const makeNetwork = async (): Promise<void> => {
  const links = await execa('ip', ['link', 'show', net.bridge], { reject: false });
  if (links.failed)
    await execa('ip', ['link', 'add', net.bridge, 'address', hardwareAddress.join(':'), 'type', 'bridge']);
  const { stdout } = await execa('ip', ['-4', 'addr', 'show', 'dev', net.bridge]);
  if (!stdout.includes(`${net.node}/16`)) await execa('ip', ['addr', 'add', `${net.node}/16`, 'dev', net.bridge]);
  await execa('ip', ['link', 'set', net.bridge, 'up']);
};

/** Chains of the kubelet and of kube-proxy, in one table's rules as iptables-save prints them. */
const isKubernetes = (line: string): boolean => /\bKUBE-/.test(line);

const withoutKubernetes = async (family: 'iptables' | 'ip6tables'): Promise<void> => {
  const saved = await execa(`${family}-save`, { reject: false });
  if (saved.failed || !saved.stdout.split('\n').some(isKubernetes)) return;
  const kept = saved.stdout.split('\n').filter((line) => !isKubernetes(line));
  await execa(`${family}-restore`, { input: `${kept.join('\n')}\n` });
};

export const removeNetwork = async (): Promise<void> => {
  await withoutKubernetes('iptables');
  await withoutKubernetes('ip6tables');
  await execa('ip', ['link', 'del', net.bridge], { reject: false });
};
