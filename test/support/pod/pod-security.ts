/** A pod's or container's `securityContext`, so far as it decides whether a container may start. */
interface SecurityContext {
  readonly runAsUser?: number;
  readonly runAsNonRoot?: boolean;
  readonly privileged?: boolean;
  readonly allowPrivilegeEscalation?: boolean;
  readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] };
  readonly seccompProfile?: { readonly type: string };
}

export interface SecuredContainer {
  readonly name: string;
  readonly securityContext?: SecurityContext;
}

export interface SecuredPod {
  readonly spec: {
    readonly securityContext?: SecurityContext;
    readonly initContainers?: readonly SecuredContainer[];
    readonly containers: readonly SecuredContainer[];
  };
}

export const containersOf = ({ spec }: SecuredPod): readonly SecuredContainer[] => [
  ...(spec.initContainers ?? []),
  ...spec.containers,
];

/** What holds for a container: its own over its pod's (kubernetes pkg/securitycontext/util.go). */
const effective = ({ spec }: SecuredPod, { securityContext }: SecuredContainer): SecurityContext => ({
  ...spec.securityContext,
  ...securityContext,
});

export const userOf = (pod: SecuredPod, container: SecuredContainer, imageUser: number): number =>
  effective(pod, container).runAsUser ?? imageUser;

/** Why the kubelet refuses to start a container (pkg/kubelet/kuberuntime/security_context_others.go). */
export const refusal = (pod: SecuredPod, container: SecuredContainer, imageUser: number): string | undefined => {
  const { runAsNonRoot, runAsUser } = effective(pod, container);
  if (runAsNonRoot !== true || userOf(pod, container, imageUser) !== 0) return undefined;
  return runAsUser === 0
    ? "container's runAsUser breaks non-root policy"
    : 'container has runAsNonRoot and image will run as root';
};

/** What the Pod Security Standard "restricted" has against a container, by its field. */
export const restrictedAgainst = (pod: SecuredPod, container: SecuredContainer): readonly string[] => {
  const context = effective(pod, container);
  const own = container.securityContext ?? {};
  const isFine: Readonly<Record<string, boolean>> = {
    privileged: own.privileged !== true,
    allowPrivilegeEscalation: own.allowPrivilegeEscalation === false,
    'capabilities.drop': own.capabilities?.drop?.includes('ALL') === true,
    'capabilities.add': (own.capabilities?.add ?? []).every((name) => name === 'NET_BIND_SERVICE'),
    runAsNonRoot: context.runAsNonRoot === true,
    runAsUser: context.runAsUser !== 0,
    seccompProfile: ['RuntimeDefault', 'Localhost'].includes(context.seccompProfile?.type ?? ''),
  };
  return Object.keys(isFine).filter((field) => isFine[field] === false);
};

/** Whether "restricted" takes a whole pod: what the pod itself says wrong, no container puts right. */
export const isRestricted = (pod: SecuredPod): boolean => {
  const { runAsNonRoot, runAsUser, seccompProfile } = pod.spec.securityContext ?? {};
  return (
    runAsNonRoot !== false &&
    runAsUser !== 0 &&
    seccompProfile?.type !== 'Unconfined' &&
    containersOf(pod).every((container) => restrictedAgainst(pod, container).length === 0)
  );
};
