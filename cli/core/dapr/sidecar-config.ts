import type { AnnotationReader } from './annotation-reader.ts';
import { type ClusterFacts, serviceAddress } from './cluster.ts';
import { trimSpace } from './go-text.ts';
import { isAtLeast } from './version.ts';

/** daprd's HTTP API and public ports, which no annotation moves. */
export const httpPort = 3500;
export const publicPort = 3501;

/** Ports, probes and addresses that several parts of the container need. */
export interface SidecarConfig {
  readonly appId: string;
  readonly grpcPort: number;
  readonly internalGrpcPort: number;
  readonly metricsPort: number;
  readonly debugPort: number | undefined;
  readonly enableMetrics: boolean;
  readonly socketPath: string;
  readonly placementAddress: string;
  readonly actorsService: string;
  readonly remindersService: string;
}

/** Reads them (pkg/injector/patcher/sidecar.go; the addresses: pkg/injector/service/pod_patch.go). */
export const readSidecarConfig = (reader: AnnotationReader, cluster: ClusterFacts, podName: string): SidecarConfig => ({
  appId: reader.text('app-id') || podName,
  grpcPort: reader.int32('grpc-port', 50001),
  internalGrpcPort: reader.int32('internal-grpc-port', 50002),
  metricsPort: reader.int32('metrics-port', 9090),
  debugPort: reader.flag('enable-debug') ? reader.int32('debug-port', 40000) : undefined,
  enableMetrics: reader.flag('enable-metrics', true),
  socketPath: reader.text('unix-domain-socket-path'),
  ...readServices(reader, cluster),
});

const readServices = (
  reader: AnnotationReader,
  cluster: ClusterFacts,
): Pick<SidecarConfig, 'placementAddress' | 'actorsService' | 'remindersService'> => {
  const { actorsService: actors, remindersService: reminders } = cluster;
  const hasActors = cluster.actors || !isAtLeast(reader.version, '1.15.4');
  const isPlacement = actors.name === 'placement';
  const address = serviceAddress(actors.host, actors.port, cluster);
  return {
    placementAddress: cleanAddress(reader, 'placement-host-address') ?? (hasActors && isPlacement ? address : ''),
    actorsService: hasActors && !isPlacement ? `${actors.name}:${address}` : '',
    remindersService:
      reminders === undefined ? '' : `${reminders.name}:${serviceAddress(reminders.host, reminders.port, cluster)}`,
  };
};

const isQuote = (character: string | undefined): boolean => character === '"' || character === "'";

const withoutQuotes = (text: string): string => {
  let start = 0;
  while (isQuote(text[start])) start += 1;
  let end = text.length;
  while (end > start && isQuote(text[end - 1])) end -= 1;
  return text.slice(start, end);
};

/** An address in quotes, or of blanks only, is what people write to switch a service off; read so from 1.15.0 on. */
export const cleanAddress = (reader: AnnotationReader, name: string): string | undefined => {
  const text = reader.optionalText(name);
  if (text === undefined || !isAtLeast(reader.version, '1.15.0')) return text;
  return trimSpace(withoutQuotes(text));
};
