import http from 'node:http';
import net from 'node:net';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import { answerText } from './answer-text.ts';

/** A call that daprd cannot end. */
export interface Parked {
  /** daprd ends, or asks to be let alone: by a shutdown that was asked for, by its own SIGTERM, or with its process. */
  readonly told: Promise<void>;
  readonly letGo: () => void;
}

/** What the sidecar asks of daprd. Each answers whether daprd took it; none of them throws. */
export interface Daprd {
  /**
   * Keeps daprd's gRPC server from ending: a call of which the message never comes, which its graceful stop waits for
   * (google.golang.org/grpc server.go `GracefulStop`), and which it tells that it does.
   */
  readonly park: () => Promise<Parked | undefined>;
  /** Begins a graceful shutdown: callers are sent away, actors halted; past that it cannot get while a call is parked. */
  readonly shutdownGracefully: () => Promise<boolean>;
  /** Ends daprd 0.1 s later, without an answer to anything (pkg/api/universal/shutdown.go, from 1.17.7). */
  readonly shutdownAtOnce: () => Promise<boolean>;
  /** Whether daprd has all that it needs but the app. */
  readonly isOutboundHealthy: () => Promise<boolean>;
  /** How often daprd has answered that it is not healthy; undefined where it does not tell. */
  readonly unhealthyAnswers: () => Promise<number | undefined>;
  /** What daprd tells of itself, as JSON. */
  readonly metadata: () => Promise<MetadataAnswer>;
  /** Whether nothing of daprd listens any more. */
  readonly isGone: () => Promise<boolean>;
}

export type MetadataAnswer =
  | { readonly kind: 'told'; readonly json: string }
  /** With a status that says no, as where an API allowlist does not name `metadata`. */
  | { readonly kind: 'refused'; readonly status: number }
  | { readonly kind: 'unreachable' };

type DaprdConfig = Config['daprd'] & { readonly appId: string | undefined };

const shutdownPath = '/v1.0/shutdown';
const healthPath = '/v1.0/healthz';
const outboundPath = '/v1.0/healthz/outbound';
const metadataPath = '/v1.0/metadata';
const timeoutMs = 2000;
/** A gRPC frame that announces nine bytes of a message. */
const frameHead = Buffer.from([0, 0, 0, 0, 9]);

export const daprdClient = (config: DaprdConfig): Daprd => {
  const address = (port: number, kind: 'http' | 'grpc'): net.NetConnectOpts =>
    config.socketFolder === undefined
      ? { host: '127.0.0.1', port }
      : { path: join(config.socketFolder, `dapr-${config.appId ?? ''}-${kind}.socket`) };
  const httpAddress = address(config.httpPort, 'http');
  const grpcAddress = address(config.grpcPort, 'grpc');
  const token = config.apiToken === undefined ? {} : { 'dapr-api-token': config.apiToken };
  return {
    park: () => park(grpcAddress),
    shutdownGracefully: () => ask(httpAddress, 'POST', shutdownPath, token),
    shutdownAtOnce: () => ask(httpAddress, 'POST', shutdownPath, { ...token, 'Dapr-Force-Shutdown': 'true' }),
    isOutboundHealthy: () => ask(httpAddress, 'GET', outboundPath, token),
    unhealthyAnswers: async () =>
      config.metricsPort === undefined ? undefined : unhealthyIn(await metricsOf(config.metricsPort)),
    metadata: () => metadataOf(httpAddress, token),
    isGone: async () => (await isClosed(httpAddress)) && (await isClosed(grpcAddress)),
  };
};

const park = async (address: net.NetConnectOpts): Promise<Parked | undefined> => {
  const { default: http2 } = await import('node:http2');
  return new Promise((resolve) => {
    const session = http2.connect('http://daprd', { createConnection: () => net.connect(address) });
    const giveUp = (): void => {
      session.destroy();
      resolve(undefined);
    };
    const told = new Promise<void>((tell) => {
      session.on('goaway', () => tell());
      session.on('close', () => tell());
    });
    session.on('error', giveUp);
    session.setTimeout(timeoutMs, giveUp);
    session.on('remoteSettings', () => {
      session.setTimeout(0);
      const stream = session.request({
        ':method': 'POST',
        ':path': '/dapr.proto.runtime.v1.Dapr/GetMetadata',
        'content-type': 'application/grpc',
        te: 'trailers',
      });
      stream.on('error', () => {});
      stream.write(frameHead, () => resolve({ told, letGo: () => session.destroy() }));
    });
  });
};

/** Whether daprd answers with 2xx. */
const ask = (
  address: net.NetConnectOpts,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<boolean> =>
  new Promise((resolve) => {
    const sent = http.request({ ...targetOf(address), method, path, headers, agent: false, timeout: timeoutMs });
    sent.on('response', (response) => {
      response.resume();
      const { statusCode = 0 } = response;
      resolve(statusCode >= 200 && statusCode < 300);
    });
    sent.on('timeout', () => sent.destroy(new Error('timeout')));
    sent.on('error', () => resolve(false));
    sent.end();
  });

const targetOf = (address: net.NetConnectOpts): http.RequestOptions =>
  'path' in address ? { socketPath: address.path } : { host: '127.0.0.1', port: address.port };

const maxMetadataBytes = 4 * 1024 * 1024;

const metadataOf = async (
  address: net.NetConnectOpts,
  headers: Readonly<Record<string, string>>,
): Promise<MetadataAnswer> => {
  const sent = http.get({ ...targetOf(address), path: metadataPath, headers, agent: false, timeout: timeoutMs });
  const answer = await answerText(sent, maxMetadataBytes);
  if (answer === undefined) return { kind: 'unreachable' };
  return answer.status === 200 ? { kind: 'told', json: answer.text } : { kind: 'refused', status: answer.status };
};

const maxMetricsBytes = 4 * 1024 * 1024;

/** Prometheus' text; undefined where there is none. */
const metricsOf = async (port: number): Promise<string | undefined> => {
  const sent = http.get({ host: '127.0.0.1', port, agent: false, timeout: timeoutMs });
  const answer = await answerText(sent, maxMetricsBytes);
  return answer?.status === 200 ? answer.text : undefined;
};

const requestCount = 'dapr_http_server_request_count{';

/** 500s that daprd gave for its health, on any of its ports; where its metrics have no paths, all of its 500s. */
const unhealthyIn = (metrics: string | undefined): number | undefined => {
  if (metrics === undefined) return undefined;
  let count = 0;
  for (const line of metrics.split('\n')) {
    if (!line.startsWith(requestCount)) continue;
    const [labels = '', value = ''] = line.slice(requestCount.length).split('} ');
    const path = /\bpath="([^"]*)"/.exec(labels)?.[1] ?? '';
    if (labels.includes('status="500"') && (path === '' || path === healthPath)) count += Number(value);
  }
  return count;
};

/** A port that refuses, a socket file that is gone or that nobody listens on. */
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
