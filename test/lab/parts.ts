import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { toolsFolder } from '../tools/places.ts';
import type { ToolName } from '../tools/registry.ts';
import type { Daemon } from './daemon.ts';
import { net, nodeName, places } from './places.ts';

const tool = (name: ToolName): string => join(toolsFolder, name);
const answers = async (url: string): Promise<boolean> => (await fetch(url)).ok;

const etcdUrl = `http://127.0.0.1:${net.etcdClient}`;

export const etcd: Daemon = {
  name: 'etcd',
  command: 'etcd',
  args: [
    ['--data-dir', places.etcd],
    ['--listen-client-urls', etcdUrl],
    ['--advertise-client-urls', etcdUrl],
    ['--listen-peer-urls', `http://127.0.0.1:${net.etcdPeer}`],
    ['--unsafe-no-fsync'], // nobody's data: the lab is made anew
  ].flat(),
  isReady: () => answers(`${etcdUrl}/health`),
};

/** What kubectl prints; throws with its words when it fails. */
export const kubectl = async (...args: readonly string[]): Promise<string> =>
  (await execa(tool('kubectl'), ['--kubeconfig', places.kubeconfig, ...args])).stdout;

export const apiServer: Daemon = {
  name: 'kube-apiserver',
  command: tool('kube-apiserver'),
  args: [
    ['--etcd-servers', etcdUrl],
    ['--bind-address', '0.0.0.0'],
    ['--advertise-address', net.node],
    ['--secure-port', String(net.apiServer)],
    ['--cert-dir', join(places.pki, 'apiserver')],
    ['--service-account-key-file', join(places.pki, 'service-account.key')],
    ['--service-account-signing-key-file', join(places.pki, 'service-account.key')],
    ['--service-account-issuer', 'https://kubernetes.default.svc'],
    ['--token-auth-file', join(places.pki, 'tokens.csv')],
    ['--authorization-mode', 'Node,RBAC'],
    ['--service-cluster-ip-range', net.serviceCidr],
    ['--kubelet-preferred-address-types', 'InternalIP'],
    ['--allow-privileged'],
  ].flat(),
  isReady: async () => (await kubectl('get', '--raw', '/readyz')) === 'ok',
};

export const controllerManager: Daemon = {
  name: 'kube-controller-manager',
  command: tool('kube-controller-manager'),
  args: [
    ['--kubeconfig', places.kubeconfig],
    ['--service-account-private-key-file', join(places.pki, 'service-account.key')],
    // The API server's certificate signs itself: pods check it against itself.
    ['--root-ca-file', join(places.pki, 'apiserver', 'apiserver.crt')],
    ['--leader-elect=false'],
    ['--bind-address', '127.0.0.1'],
    ['--secure-port', String(net.controllerManager)],
  ].flat(),
  isReady: async () => (await kubectl('get', 'serviceaccount', 'default', '-n', 'default', '-o', 'name')) !== '',
};

export const scheduler: Daemon = {
  name: 'kube-scheduler',
  command: tool('kube-scheduler'),
  args: [
    ['--kubeconfig', places.kubeconfig],
    ['--leader-elect=false'],
    ['--bind-address', '127.0.0.1'],
    ['--secure-port', String(net.scheduler)],
  ].flat(),
  isReady: async () => true, // a pod that becomes Ready proves it
};

export const containerd: Daemon = {
  name: 'containerd',
  isParentOfPods: true,
  command: 'containerd',
  args: ['--config', places.containerd.config],
  isReady: async () =>
    existsSync(places.containerd.socket) &&
    !(await execa('ctr', ['--address', places.containerd.socket, 'version'], { reject: false })).failed,
};

export const kubelet: Daemon = {
  name: 'kubelet',
  command: tool('kubelet'),
  args: [
    ['--config', places.kubelet.config],
    ['--kubeconfig', places.kubeconfig],
    ['--hostname-override', nodeName],
    ['--node-ip', net.node],
    ['--root-dir', places.kubelet.root],
    ['--cert-dir', join(places.pki, 'kubelet')],
  ].flat(),
  isReady: async () => {
    const path = '{.status.conditions[?(@.type=="Ready")].status}';
    return (await kubectl('get', 'node', nodeName, '-o', `jsonpath=${path}`)) === 'True';
  },
};

export const kubeProxy: Daemon = {
  name: 'kube-proxy',
  command: tool('kube-proxy'),
  args: ['--config', places.kubeProxy],
  isReady: () => answers(`http://127.0.0.1:${net.kubeProxyHealth}/healthz`),
};

export const coreDns: Daemon = {
  name: 'coredns',
  command: tool('coredns'),
  args: ['-conf', places.corefile],
  isReady: () => answers(`http://127.0.0.1:${net.dnsReady}/ready`),
};

/** The machine's brokers listen on loopback only; pods find them on the node's address. */
const forward = (name: string, port: number): Daemon => ({
  name,
  command: 'socat',
  args: [`TCP-LISTEN:${port},bind=${net.node},fork,reuseaddr`, `TCP:127.0.0.1:${port}`],
  isReady: async () => true,
});
export const rabbitForward: Daemon = forward('forward-rabbitmq', 5672);
export const redisForward: Daemon = forward('forward-redis', 6379);

/** In the order in which they are stopped once no pod is left. */
export const all: readonly Daemon[] = [
  redisForward,
  rabbitForward,
  coreDns,
  kubeProxy,
  scheduler,
  controllerManager,
  apiServer,
  etcd,
  containerd,
];
