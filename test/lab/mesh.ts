import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { places } from './places.ts';

/** The annotation that puts a pod into the lab's mesh. */
export const meshAnnotation = 'daps.lab/mesh';

/** The network plugin: a bridge that also redirects the pods of a mesh, as Istio's own plugin does. */
export const meshedBridge = 'daps-lab-bridge';

/** Where Debian's containernetworking-plugins are. */
const debianPrograms = '/usr/lib/cni';

/** What the proxy sends itself is known by its group, as with Istio. */
const proxyGroup = 1337;

/**
 * From the pod's first moment on everything that comes in by TCP, but for the ports that the pod's annotation leaves
 * out, and everything that goes out leads to the proxy. containerd gives the annotations with the network's settings.
 */
const script = `#!/bin/sh
settings=$(cat)
result=$(printf '%s' "$settings" | "${debianPrograms}/bridge") || { code=$?; printf '%s' "$result"; exit $code; }
if [ "$CNI_COMMAND" = ADD ] && printf '%s' "$settings" | grep -q '"${meshAnnotation}":"true"'; then
  excluded=$(printf '%s' "$settings" | sed -nE 's#.*"traffic.sidecar.istio.io/excludeInboundPorts":"([0-9,]*)".*#\\1#p')
  {
    echo '*nat'
    for port in $(printf '%s' "$excluded" | tr ',' ' '); do
      echo "-A PREROUTING -p tcp --dport $port -j RETURN"
    done
    echo '-A PREROUTING -p tcp -j REDIRECT --to-ports 15006'
    echo '-A OUTPUT -p tcp -m owner --gid-owner ${proxyGroup} -j RETURN'
    echo '-A OUTPUT -o lo -j RETURN'
    echo '-A OUTPUT -p tcp -j REDIRECT --to-ports 15001'
    echo COMMIT
  } | nsenter --net="$CNI_NETNS" iptables-restore --wait || exit 1
fi
printf '%s' "$result"
`;

/** containerd takes plugins from one folder. */
export const linkNetworkPrograms = (): void => {
  mkdirSync(places.cni.programs, { recursive: true });
  for (const name of ['bridge', 'host-local', 'loopback'])
    if (!existsSync(join(places.cni.programs, name)))
      symlinkSync(join(debianPrograms, name), join(places.cni.programs, name));
  writeFileSync(join(places.cni.programs, meshedBridge), script, { mode: 0o755 });
};
