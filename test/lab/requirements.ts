import { execaSync } from 'execa';

/** Debian packages that the lab's programs come from, by one program of each. */
export const debianPackages: Readonly<Record<string, string>> = {
  etcd: 'etcd-server',
  containerd: 'containerd',
  runc: 'runc',
  '/usr/lib/cni/bridge': 'containernetworking-plugins',
  iptables: 'iptables',
  conntrack: 'conntrack',
  socat: 'socat',
  ip: 'iproute2',
};

const isThere = (program: string): boolean =>
  !execaSync('sh', ['-c', `command -v ${program}`], { reject: false }).failed;

/** Why the lab cannot run on this machine, a sentence for each reason; none where it can. */
export const whyNot = (): readonly string[] => {
  if (process.platform !== 'linux')
    return [`A Kubernetes node needs Linux, and this is ${process.platform}: run it in a Linux virtual machine.`];
  const reasons: string[] = [];
  if (process.getuid?.() !== 0)
    reasons.push('A kubelet and a container runtime need root: run it again with sudo, or on a machine of its own.');
  const missing = Object.entries(debianPackages).filter(([program]) => !isThere(program));
  if (missing.length > 0) {
    const packages = missing.map(([, name]) => name).join(' ');
    reasons.push(`Programs are missing. On Debian: apt-get install --no-install-recommends ${packages}`);
  }
  return reasons;
};
