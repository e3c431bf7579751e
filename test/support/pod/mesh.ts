import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { LocalProgram } from './container.ts';
import type { PodNetwork } from './network.ts';
import type { PodTemplate } from './template.ts';

/** The container that a mesh's webhook adds, after daps has seen the manifest: an ordinary one, behind the others. */
export const meshContainer = 'mesh-proxy';

const file = fileURLToPath(import.meta.resolve('./pod-proxy.ts'));

/** A proxy in a container; what its routes name on this machine is found from within the pod. */
export const proxyProgram = (routes: readonly string[], lingerMs = 0): LocalProgram => ({
  command: process.execPath,
  args: [file],
  env: { LINGER_MS: String(lingerMs) },
  reaches: { ROUTES: routes.join(' ') },
});

export const withMeshProxy = (template: PodTemplate): PodTemplate => ({
  ...template,
  spec: { ...template.spec, containers: [...template.spec.containers, { name: meshContainer }] },
});

/** As Istio's: what the proxy sends itself is known by its group. */
const proxyGroup = '1337';
const outboundPort = 15_001;
/** A proxy cannot ask Node where a connection was to go before it was redirected: each port has one of its own. */
const inboundBase = 16_000;
/** Envoy takes no new connections at its SIGTERM and ends after `terminationDrainDuration`, 5 s. */
export const meshLingerMs = 5000;

const exclusion = 'traffic.sidecar.istio.io/excludeInboundPorts';

/**
 * Redirects a pod's TCP to the proxy, from the pod's first moment on as Istio's CNI plugin does: what comes from
 * outside but for the excluded ports, and what goes out. The proxy answers probes, and refuses any other call without a
 * certificate, such as a hook. Answers the proxy that is to run in the pod.
 */
export const joinMesh = async (
  network: PodNetwork,
  template: PodTemplate,
  servers: readonly string[],
): Promise<LocalProgram> => {
  const excluded = (template.metadata?.annotations?.[exclusion] ?? '').split(',').map(Number);
  const { app, control, daprdPublic } = network.ports;
  const inbound = [app, daprdPublic, control].map((port, index) => ({ port, proxied: inboundBase + index }));
  const outbound = await Promise.all(
    servers.map(async (server, index) => ({ to: await network.reach(server), proxied: outboundPort + index })),
  );
  const rules = [
    ...inbound
      .filter(({ port }) => !excluded.includes(port))
      .map(({ port, proxied }) => `-A PREROUTING -i eth0 -p tcp --dport ${port} -j REDIRECT --to-ports ${proxied}`),
    `-A OUTPUT -p tcp -m owner --gid-owner ${proxyGroup} -j RETURN`,
    '-A OUTPUT -o lo -j RETURN',
    ...outbound.map(({ to, proxied }) => {
      const [host, port] = to.split(':');
      return `-A OUTPUT -p tcp -d ${host} --dport ${port} -j REDIRECT --to-ports ${proxied}`;
    }),
    `-A OUTPUT -p tcp -j REDIRECT --to-ports ${outboundPort}`,
  ];
  const [command = '', ...args] = [...network.enter, 'iptables-restore', '--wait'];
  await execa(command, args, { input: ['*nat', ...rules, 'COMMIT', ''].join('\n') });
  const program = proxyProgram(
    [
      ...inbound
        .filter(({ port }) => port !== control)
        .map(({ port, proxied }) => `${proxied}>${network.address}:${port}`),
      ...outbound.map(({ to, proxied }) => `${proxied}>${to}`),
    ],
    meshLingerMs,
  );
  return {
    ...program,
    command: 'setpriv',
    args: [`--regid=${proxyGroup}`, '--clear-groups', program.command, ...(program.args ?? [])],
  };
};
