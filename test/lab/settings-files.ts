import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import { linkNetworkPrograms, meshedBridge } from './mesh.ts';
import { imageNames, net, nodeName, places } from './places.ts';

const write = (file: string, text: string): void => {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text, { mode: 0o600 });
};

const kubeconfig = {
  apiVersion: 'v1',
  kind: 'Config',
  clusters: [
    {
      name: 'lab',
      cluster: {
        server: `https://${net.node}:${net.apiServer}`,
        'certificate-authority': join(places.pki, 'apiserver', 'apiserver.crt'),
      },
    },
  ],
  users: [{ name: 'admin', user: { token: 'lab-admin' } }],
  contexts: [{ name: 'lab', context: { cluster: 'lab', user: 'admin' } }],
  'current-context': 'lab',
};

const containerdConfig = `version = 2
root = "${places.containerd.root}"
state = "${places.containerd.state}"
disabled_plugins = ["io.containerd.internal.v1.opt"]
[grpc]
  address = "${places.containerd.socket}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${imageNames.pause}"
  # A machine without CAP_SYS_RESOURCE cannot lower an oom_score_adj; runc would die of it.
  restrict_oom_score_adj = true
  netns_mounts_under_state_dir = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "${places.cni.programs}"
    conf_dir = "${places.cni.config}"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      Root = "${places.containerd.runc}"
`;

const cni = {
  cniVersion: '0.4.0',
  name: 'daps-lab',
  plugins: [
    {
      type: meshedBridge,
      capabilities: { 'io.kubernetes.cri.pod-annotations': true },
      bridge: net.bridge,
      isGateway: true,
      hairpinMode: true,
      ipam: {
        type: 'host-local',
        dataDir: places.cni.leases,
        ranges: [[{ subnet: net.podCidr }]],
        routes: [{ dst: '0.0.0.0/0' }],
      },
    },
  ],
};

const kubelet = {
  apiVersion: 'kubelet.config.k8s.io/v1beta1',
  kind: 'KubeletConfiguration',
  address: '0.0.0.0',
  port: net.kubelet,
  readOnlyPort: 0,
  healthzPort: net.kubeletHealth,
  authentication: { anonymous: { enabled: true }, webhook: { enabled: false } },
  authorization: { mode: 'AlwaysAllow' },
  cgroupDriver: 'cgroupfs',
  cgroupsPerQOS: false,
  enforceNodeAllocatable: [],
  failCgroupV1: false,
  failSwapOn: false,
  containerRuntimeEndpoint: `unix://${places.containerd.socket}`,
  podLogsDir: join(places.kubelet.root, 'pod-logs'),
  volumePluginDir: join(places.kubelet.root, 'volume-plugins'),
  imageGCHighThresholdPercent: 100,
  evictionHard: { 'memory.available': '100Mi' },
  resolvConf: '/etc/resolv.conf',
  clusterDNS: [net.node],
  clusterDomain: 'cluster.local',
};

const kubeProxy = {
  apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
  kind: 'KubeProxyConfiguration',
  mode: 'iptables',
  clientConnection: { kubeconfig: places.kubeconfig },
  clusterCIDR: net.podCidr,
  hostnameOverride: nodeName,
  nodePortAddresses: ['primary'],
  healthzBindAddress: `127.0.0.1:${net.kubeProxyHealth}`,
  metricsBindAddress: `127.0.0.1:${net.kubeProxyMetrics}`,
  conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: '0s', tcpCloseWaitTimeout: '0s' },
};

const corefile = `cluster.local:53 in-addr.arpa:53 {
    bind ${net.node}
    errors
    ready 127.0.0.1:${net.dnsReady}
    kubernetes cluster.local in-addr.arpa {
        kubeconfig ${places.kubeconfig} lab
        pods insecure
        ttl 5
    }
}
.:53 {
    bind ${net.node}
    errors
    hosts /etc/hosts {
        fallthrough
    }
}
`;

/** Writes what the programs read; the key that signs service accounts only once. */
export const writeSettings = (): void => {
  const key = join(places.pki, 'service-account.key');
  if (!existsSync(key)) {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    write(key, String(privateKey.export({ type: 'pkcs8', format: 'pem' })));
  }
  write(join(places.pki, 'tokens.csv'), 'lab-admin,admin,admin,system:masters\n');
  write(places.kubeconfig, stringify(kubeconfig));
  write(places.containerd.config, containerdConfig);
  write(join(places.cni.config, '10-daps-lab.conflist'), JSON.stringify(cni));
  linkNetworkPrograms();
  write(places.kubelet.config, stringify(kubelet));
  write(places.kubeProxy, stringify(kubeProxy));
  write(places.corefile, corefile);
};
