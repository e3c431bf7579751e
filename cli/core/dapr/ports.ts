import { usualMetricsPort } from '../../../proxy/contract/names.ts';

/** Ports daprd listens on in a pod, with the annotation that moves each (dapr/dapr v1.18.1 pkg/injector/patcher/sidecar.go). */
export interface DaprPort {
  readonly port: number;
  readonly purpose: string;
  readonly annotation?: string;
}

export const metricsPortAnnotation = 'dapr.io/metrics-port';

export const daprPorts: readonly DaprPort[] = [
  { port: 3500, purpose: "daprd's HTTP API" },
  { port: 3501, purpose: "daprd's health port" },
  { port: 50001, purpose: "daprd's gRPC API", annotation: 'dapr.io/grpc-port' },
  { port: 50002, purpose: "daprd's internal gRPC", annotation: 'dapr.io/internal-grpc-port' },
  { port: usualMetricsPort, purpose: "daprd's metrics", annotation: metricsPortAnnotation },
];

/** Listens only where `dapr.io/enable-debug` says so. */
export const debuggerPort = {
  port: 40_000,
  purpose: "daprd's debugger",
  annotation: 'dapr.io/debug-port',
} as const satisfies DaprPort;
