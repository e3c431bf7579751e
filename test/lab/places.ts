import { join } from 'node:path';

/** One lab a machine: everything it writes lies here, and `lab:down` removes the folder. */
export const stateFolder = '/var/lib/daps-lab';

const inState = (...names: readonly string[]): string => join(stateFolder, ...names);

export const places = {
  daemons: inState('daemons'),
  logs: inState('logs'),
  images: inState('images'),
  before: inState('before.json'),
  etcd: inState('etcd'),
  pki: inState('pki'),
  kubeconfig: inState('kubeconfig.yaml'),
  containerd: {
    config: inState('containerd.toml'),
    root: inState('containerd', 'root'),
    state: inState('containerd', 'state'),
    socket: inState('containerd', 'containerd.sock'),
    runc: inState('containerd', 'runc'),
  },
  cni: { config: inState('cni', 'net.d'), leases: inState('cni', 'leases'), programs: inState('cni', 'bin') },
  kubelet: { config: inState('kubelet.yaml'), root: inState('kubelet') },
  kubeProxy: inState('kube-proxy.yaml'),
  corefile: inState('Corefile'),
  /** A file for each test process that uses the lab. */
  guests: inState('guests'),
  /** There where guests have brought the lab up, and nobody wants it to stay. */
  goesWithGuests: inState('goes-with-guests'),
} as const;

/** Addresses and ports of the lab; all its own, so that it meets nobody else's. */
export const net = {
  bridge: 'daps-lab0',
  /** The node, as pods see it: the bridge's own address. */
  node: '10.88.0.1',
  podCidr: '10.88.0.0/16',
  serviceCidr: '10.96.0.0/24',
  apiServer: 16443,
  etcdClient: 12379,
  etcdPeer: 12380,
  kubelet: 11250,
  kubeletHealth: 11248,
  kubeProxyHealth: 11256,
  kubeProxyMetrics: 11249,
  controllerManager: 11257,
  scheduler: 11259,
  dnsReady: 18181,
  /** Whoever listens here brings the lab up or down. */
  turn: 11260,
} as const;

export const nodeName = 'lab';

/** What the images are called; nothing is ever pulled. */
export const imageNames = {
  pause: 'daps.lab/pause:1',
  app: 'daps.lab/app:1',
  meshProxy: 'daps.lab/mesh-proxy:1',
  daprRegistry: 'daps.lab/dapr',
} as const;

export const daprVersion = '1.18.1';
