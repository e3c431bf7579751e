import { containerName, env } from '../../../proxy/contract/names.ts';
import type { PodNetwork } from './network.ts';
import type { Container } from './template.ts';

/** Whose containers they are, as the downward API knows it. */
export interface PodIdentity {
  readonly name: string;
  readonly namespace: string;
}

const fields = ({ name, namespace }: PodIdentity, address: string): Readonly<Record<string, string>> => ({
  'metadata.name': name,
  'metadata.namespace': namespace,
  'status.podIP': address,
});

/** What the template gives a container, with the ports as they are, and what tells it where the others are. */
export const environmentOf = (
  container: Container,
  pod: PodIdentity,
  network: PodNetwork,
): Readonly<Record<string, string>> => {
  const own: Record<string, string> = {};
  for (const { name, value, valueFrom } of container.env ?? []) {
    const path = valueFrom?.fieldRef?.fieldPath;
    const found = path === undefined ? (value ?? '') : fields(pod, network.address)[path];
    if (found !== undefined) own[name] = network.value(name, found);
  }
  return { ...own, ...places(container, pod, network) };
};

const places = (container: Container, pod: PodIdentity, network: PodNetwork): Readonly<Record<string, string>> => {
  const { app, channel, control, daprdHttp, daprdGrpc, metrics } = network.ports;
  if (container.name === containerName) {
    if (!network.isShifted) return {};
    return {
      [env.channelPort]: String(channel),
      [env.controlPort]: String(control),
      [env.daprdHttpPort]: String(daprdHttp),
      [env.daprdMetricsPort]: String(metrics),
    };
  }
  const declared = container.ports?.[0]?.containerPort;
  return {
    POD_NAME: pod.name,
    PORT: String(declared === undefined ? app : network.local(declared)),
    APP_PORT: String(app),
    DAPR_HTTP_PORT: String(daprdHttp),
    DAPR_GRPC_PORT: String(daprdGrpc),
  };
};
