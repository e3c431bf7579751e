import http from 'node:http';
import net from 'node:net';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import { asked, isAnswer } from './answer-text.ts';
import { beginGrpc, type GrpcCall } from './grpc-call.ts';

/** A call that daprd cannot end. */
export interface Parked {
  /** Resolves when daprd ends, or begins to: after a shutdown request, after its own SIGTERM, or with its process. */
  readonly told: Promise<void>;
  readonly letGo: () => void;
}

/** How daprd answered a request: `refused` if it said no, as by its API allowlist. */
export type Asked = 'taken' | 'refused' | 'unreachable';

/** What the sidecar asks of daprd. No method throws or rejects. */
export interface Daprd {
  /**
   * Keeps daprd's gRPC server from ending, by a call whose message does not arrive. Its graceful stop waits for the
   * call (google.golang.org/grpc server.go `GracefulStop`), and sends GOAWAY on it. The call is a forced shutdown: its
   * message ends a daprd that accepts no new call and whose API allowlist refuses HTTP.
   */
  readonly park: () => Promise<Parked | undefined>;
  /**
   * Begins a graceful shutdown: daprd sends callers away and halts actors, and gets no further while a call is parked.
   */
  readonly shutdownGracefully: () => Promise<Asked>;
  /** Ends daprd 0.1 s later, without an answer to anything (pkg/api/universal/shutdown.go, from 1.17.7). */
  readonly shutdownAtOnce: () => Promise<Asked>;
  /** Drops every parked call, so that daprd may end by itself. */
  readonly letGo: () => void;
  /** Whether daprd has begun to end: its gRPC API accepts no new calls. */
  readonly isEnding: () => Promise<boolean>;
  /** Whether daprd is healthy but for the app. */
  readonly isOutboundHealthy: () => Promise<boolean>;
  /** How often daprd has answered that it is not healthy; undefined without its metrics. */
  readonly unhealthyAnswers: () => Promise<number | undefined>;
  /** daprd's metadata, as JSON. */
  readonly metadata: () => Promise<MetadataAnswer>;
  /** How often other apps have called this one; undefined without daprd's metrics. */
  readonly callsReceived: () => Promise<number | undefined>;
  /** Whether none of daprd's ports or sockets listens. */
  readonly isGone: () => Promise<boolean>;
}

export type MetadataAnswer =
  | { readonly kind: 'told'; readonly json: string }
  /** A status that says no, such as when an API allowlist does not name `metadata`. */
  | { readonly kind: 'refused'; readonly status: number }
  | { readonly kind: 'unreachable' };

type DaprdConfig = Config['daprd'] & { readonly appId: string | undefined };

const shutdownPath = '/v1.0/shutdown';
const healthPath = '/v1.0/healthz';
const outboundPath = '/v1.0/healthz/outbound';
const metadataPath = '/v1.0/metadata';
const shutdownMethod = '/dapr.proto.runtime.v1.Dapr/Shutdown';
const timeoutMs = 2000;

export const daprdClient = (config: DaprdConfig): Daprd => {
  const address = (port: number, kind: 'http' | 'grpc'): net.NetConnectOpts =>
    config.socketFolder === undefined
      ? { host: '127.0.0.1', port }
      : { path: join(config.socketFolder, `dapr-${config.appId ?? ''}-${kind}.socket`) };
  const httpAddress = address(config.httpPort, 'http');
  const grpcAddress = address(config.grpcPort, 'grpc');
  const token: Readonly<Record<string, string>> =
    config.apiToken === undefined ? {} : { 'dapr-api-token': config.apiToken };
  const force = { ...token, 'dapr-force-shutdown': 'true' };
  let parked: readonly GrpcCall[] = [];
  const letGo = (): void => {
    for (const call of parked) call.letGo();
    parked = [];
  };
  const begin = (headers: typeof token): Promise<GrpcCall | undefined> =>
    beginGrpc(grpcAddress, shutdownMethod, headers);
  return {
    park: async () => {
      const call = await begin(force);
      if (call !== undefined) parked = [...parked, call];
      return call;
    },
    shutdownGracefully: async () => {
      const asked = await ask(httpAddress, 'POST', shutdownPath, token);
      return asked === 'refused' && (await (await begin(token))?.finish()) === true ? 'taken' : asked;
    },
    shutdownAtOnce: async () => {
      const asked = await ask(httpAddress, 'POST', shutdownPath, force);
      if (asked !== 'refused') return asked;
      const call = parked[0] ?? (await begin(force));
      return (await call?.finish()) === true ? 'taken' : asked;
    },
    letGo,
    isEnding: () => isClosed(grpcAddress),
    isOutboundHealthy: async () => (await ask(httpAddress, 'GET', outboundPath, token)) === 'taken',
    metadata: () => metadataOf(httpAddress, token),
    unhealthyAnswers: async () => unhealthyIn(await metricsOf(config.metricsPort)),
    callsReceived: async () => callsIn(await metricsOf(config.metricsPort)),
    isGone: async () => (await isClosed(httpAddress)) && (await isClosed(grpcAddress)),
  };
};

/** Asks by HTTP; `taken` is 2xx. */
const ask = async (
  address: net.NetConnectOpts,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<Asked> => {
  const answer = await asked(
    () => http.request({ ...targetOf(address), method, path, headers, agent: false }).end(),
    timeoutMs,
  );
  if (!isAnswer(answer)) return 'unreachable';
  return answer.status >= 200 && answer.status < 300 ? 'taken' : 'refused';
};

const targetOf = (address: net.NetConnectOpts): http.RequestOptions =>
  'path' in address ? { socketPath: address.path } : { host: '127.0.0.1', port: address.port };

/** How much of an answer daps reads. */
const maxAnswerBytes = 4 * 1024 * 1024;

const metadataOf = async (
  address: net.NetConnectOpts,
  headers: Readonly<Record<string, string>>,
): Promise<MetadataAnswer> => {
  const options = { ...targetOf(address), path: metadataPath, headers, agent: false };
  const answer = await asked(() => http.get(options), timeoutMs, maxAnswerBytes);
  if (!isAnswer(answer)) return { kind: 'unreachable' };
  return answer.status === 200 ? { kind: 'told', json: answer.text } : { kind: 'refused', status: answer.status };
};

/** Reads daprd's metrics in Prometheus' text format; undefined if there are none. */
const metricsOf = async (port: number | undefined): Promise<string | undefined> => {
  if (port === undefined) return undefined;
  const answer = await asked(() => http.get({ host: '127.0.0.1', port, agent: false }), timeoutMs, maxAnswerBytes);
  return isAnswer(answer) && answer.status === 200 ? answer.text : undefined;
};

/** Adds up the samples of which `counts` says so, by their name and labels; undefined without metrics. */
const sumOf = (metrics: string | undefined, counts: (series: string) => boolean): number | undefined =>
  metrics?.split('\n').reduce((sum, line) => {
    const [series = '', value = ''] = line.split('} ');
    return counts(series) ? sum + Number(value) : sum;
  }, 0);

/** Counts daprd's 500s for its health, on any of its ports; if its metrics have no paths, all of its 500s. */
const unhealthyIn = (metrics: string | undefined): number | undefined =>
  sumOf(metrics, (series) => {
    if (!series.startsWith('dapr_http_server_request_count{') || !series.includes('status="500"')) return false;
    const path = /\bpath="([^"]*)"/.exec(series)?.[1] ?? '';
    return path === '' || path === healthPath;
  });

/**
 * Counts calls of other apps: OnInvoke and HTTP by a counter of their own, proxied gRPC methods among daprd's calls of
 * the app.
 */
const callsIn = (metrics: string | undefined): number | undefined =>
  sumOf(metrics, (series) => {
    if (series.startsWith('dapr_runtime_service_invocation_req_recv_total{')) return true;
    const method = /\bgrpc_client_method="\/?([^"]*)"/.exec(series)?.[1] ?? '';
    return series.startsWith('dapr_grpc_io_client_completed_rpcs{') && !method.startsWith('dapr.proto.');
  });

/** Whether a port refuses, or a socket file is gone or has no listener. */
const isClosed = (address: net.NetConnectOpts): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = net.connect({ ...address, timeout: timeoutMs });
    const end = (closed: boolean): void => {
      socket.destroy();
      resolve(closed);
    };
    socket.on('connect', () => end(false));
    socket.on('timeout', () => end(false));
    socket.on('error', (error: NodeJS.ErrnoException) => end(error.code === 'ECONNREFUSED' || error.code === 'ENOENT'));
  });
