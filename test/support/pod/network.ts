import type { Container, HttpGet } from './template.ts';

/** Where a pod's well-known ports are. */
export interface PodPorts {
  readonly app: number;
  /** 9696 of the pod: where daprd finds "the app" if daps is in the pod. */
  readonly channel: number;
  /** 9697 of the pod. */
  readonly control: number;
  readonly daprdHttp: number;
  readonly daprdGrpc: number;
  readonly daprdInternal: number;
  readonly daprdPublic: number;
  readonly metrics: number;
}

/** What keeps the ports of pods apart on one machine. */
export interface PodNetwork {
  readonly ports: PodPorts;
  /** Where the kubelet finds the pod. */
  readonly address: string;
  /** What a command line begins with that is to run in the pod. */
  readonly enter: readonly string[];
  /** Whether each port of the pod is another one here, which its containers must be told. */
  readonly isShifted: boolean;
  /** Where a port of the pod is. */
  local(port: number): number;
  /** A variable's value with the pod's ports in it exchanged for those that it has. */
  value(name: string, value: string): string;
  /** A text with servers of this machine in it (127.0.0.1:5672), as the pod finds them. */
  reach(text: string): Promise<string>;
  close(): Promise<void>;
}

/** The address of a probe or hook; a named port is looked up in the container that declares it. */
export const urlOf = (network: PodNetwork, { port, path = '/' }: HttpGet, container: Container): string => {
  const byName = container.ports?.find(({ name }) => name === port)?.containerPort;
  return `http://${network.address}:${network.local(byName ?? Number(port))}${path}`;
};

/** Dapr's ports, where nobody asks for others, and what daps has in a pod of its own. */
export const usualPorts = { daprdHttp: 3500, daprdPublic: 3501, daprdInternal: 50_002, metrics: 9090 } as const;
