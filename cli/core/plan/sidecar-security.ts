import type { ClusterFacts } from '../dapr/cluster.ts';
import type { MapValue, Value } from '../manifest/model/value.ts';
import { itemsOf, mapOf, numberOf, textOf } from '../manifest/object/pod.ts';
import type { DaprFacts } from './dapr-checks.ts';

/** What the sidecar must say of itself because the pod's own `securityContext` does not suit it; absent is the pod's. */
export interface SidecarSecurity {
  readonly runAsUser: number | undefined;
  readonly seccompProfile: 'RuntimeDefault' | undefined;
  readonly appArmorProfile: 'RuntimeDefault' | undefined;
}

/** The user of the sidecar's image (proxy/Dockerfile), and of Dapr's images. */
const imageUser = 65532;

/**
 * The values under which the kubelet starts the sidecar wherever it starts the app, and under which a pod that satisfies
 * the Pod Security Standard "restricted" still does. A value that is not needed is left out: an OpenShift cluster lets a
 * user or seccomp profile of its own choosing be set only by some accounts, and would give the whole pod another policy.
 */
export const sidecarSecurity = (spec: MapValue, dapr: DaprFacts, cluster: ClusterFacts): SidecarSecurity => {
  const pod = mapOf(spec['securityContext']);
  return {
    runAsUser: sidecarUser(pod, dapr, cluster),
    seccompProfile: seccompProfile(pod, spec),
    appArmorProfile: typeOf(pod['appArmorProfile']) === 'Localhost' ? 'RuntimeDefault' : undefined,
  };
};

/**
 * The pod's user is inherited, and root is refused to a container with `runAsNonRoot: true` (kubernetes
 * pkg/kubelet/kuberuntime/security_context_others.go `verifyRunAsNonRoot`). daprd's sockets are open to daprd's user only.
 */
const sidecarUser = (pod: MapValue, dapr: DaprFacts, cluster: ClusterFacts): number | undefined => {
  const daprdUser = cluster.runAsUser === 0 ? undefined : cluster.runAsUser;
  if (numberOf(pod['runAsUser']) === 0) return daprdUser ?? imageUser;
  return dapr.socketFolder === undefined ? undefined : daprdUser;
};

/**
 * A `Localhost` profile was written for the app's system calls. "restricted" asks for a profile of the pod or of each
 * container (pod-security-admission policy/check_seccompProfile_restricted.go).
 */
const seccompProfile = (pod: MapValue, spec: MapValue): SidecarSecurity['seccompProfile'] => {
  const ofPod = typeOf(pod['seccompProfile']);
  if (ofPod !== undefined) return ofPod === 'Localhost' ? 'RuntimeDefault' : undefined;
  const profiles = [...itemsOf(spec['initContainers']), ...itemsOf(spec['containers'])].map((container) =>
    typeOf(mapOf(container['securityContext'])['seccompProfile']),
  );
  return profiles.every((profile) => profile === 'RuntimeDefault' || profile === 'Localhost')
    ? 'RuntimeDefault'
    : undefined;
};

const typeOf = (profile: Value | undefined): string | undefined => textOf(mapOf(profile)['type']);
