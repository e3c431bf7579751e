/** The service meshes whose annotations daps knows. */
export const meshNames = ['istio', 'linkerd', 'kuma', 'consul'] as const;
export type MeshName = (typeof meshNames)[number];
