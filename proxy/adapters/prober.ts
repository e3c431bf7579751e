import http from 'node:http';
import net from 'node:net';
import type { Probe } from '../config.ts';
import { parseJson } from '../contract/json.ts';
import { usualProbeTimeoutS } from '../contract/names.ts';
import { unreachable } from '../contract/unreachable.ts';
import { asked, isAnswer } from './answer-text.ts';

/** The result of a probe, with the reason if the app is not ready. */
export type ProbeResult =
  | { readonly kind: 'ready' }
  | { readonly kind: 'refused' }
  | { readonly kind: 'not-ready'; readonly reason: string };

/** Asks the app. */
export interface Prober {
  /** Waits for the answer for `timeoutMs`, or for the usual time. */
  readonly probe: (probe: Probe, timeoutMs?: number) => Promise<ProbeResult>;
  /** Whether the port refuses connections: nothing listens there. */
  readonly isRefused: (host: string, port: number) => Promise<boolean>;
  /** The JSON that a URL answers with 2xx; undefined for any other answer or none. */
  readonly getJson: (url: URL, timeoutMs?: number) => Promise<unknown>;
}

const usualTimeoutMs = usualProbeTimeoutS * 1000;
/** How much of an answer daps reads. */
const maxAnswerBytes = 64 * 1024;

const ready: ProbeResult = { kind: 'ready' };
const refused: ProbeResult = { kind: 'refused' };
const notReady = (reason: string): ProbeResult => ({ kind: 'not-ready', reason });
/** Whether the port refused. HTTP/2 wraps the error of its connection. */
const isRefusal = (error: Error): boolean =>
  [error, error.cause].some((one) => (one as NodeJS.ErrnoException | undefined)?.code === 'ECONNREFUSED');
const failed = (error: Error): ProbeResult => (isRefusal(error) ? refused : notReady(error.message));

export const networkProber: Prober = {
  probe: (probe, timeoutMs = usualTimeoutMs) => {
    switch (probe.kind) {
      case 'http':
        return probeHttp(probe, timeoutMs);
      case 'tcp':
        return probeTcp(probe.host, probe.port, timeoutMs);
      case 'grpc':
        return probeGrpc(probe, timeoutMs);
      default:
        return unreachable(probe);
    }
  },
  isRefused: async (host, port) => (await probeTcp(host, port, usualTimeoutMs)).kind === 'refused',
  getJson,
};

const probeTcp = (host: string, port: number, timeoutMs: number): Promise<ProbeResult> =>
  new Promise((resolve) => {
    const socket = net.connect({ host, port, timeout: timeoutMs });
    const end = (result: ProbeResult): void => {
      socket.destroy();
      resolve(result);
    };
    socket.on('connect', () => end(ready));
    socket.on('timeout', () => end(notReady(`no connection within ${timeoutMs} ms`)));
    socket.on('error', (error) => end(failed(error)));
  });

/** Loads TLS when it is needed: TLS and HTTP/2 take megabytes of memory, and most pods never need them. */
const sender = async (url: URL, headers: Readonly<Record<string, string>>): Promise<() => http.ClientRequest> => {
  const options = { headers: Object.fromEntries(Object.entries(headers).map(asBytes)), agent: false };
  // As the kubelet does, certificates are not verified (k8s.io/kubernetes pkg/probe/http, `InsecureSkipVerify`).
  if (url.protocol !== 'https:') return () => http.get(url, options);
  const { default: https } = await import('node:https');
  return () => https.get(url, { ...options, rejectUnauthorized: false });
};

/** Encodes a header as Go does: its value is bytes, and Node wants one character for each. */
const asBytes = ([name, value]: [string, string]): [string, string] => [name, Buffer.from(value).toString('latin1')];

/** 200 to 399 is a success (k8s.io/kubernetes pkg/probe/http/http.go). */
const probeHttp = async (
  { url, headers }: Extract<Probe, { kind: 'http' }>,
  timeoutMs: number,
): Promise<ProbeResult> => {
  const answer = await asked(await sender(url, headers), timeoutMs);
  if (answer === 'late') return notReady(`${url.pathname} did not answer within ${timeoutMs} ms`);
  if (answer === 'switched') return notReady(`${url.pathname} switched to another protocol`);
  if (answer === 'too-long') return notReady(`${url.pathname} answered too much`);
  if ('failed' in answer) return failed(answer.failed);
  const { status } = answer;
  return status >= 200 && status < 400 ? ready : notReady(`${url.pathname} answered ${status}`);
};

async function getJson(url: URL, timeoutMs = usualTimeoutMs): Promise<unknown> {
  const answer = await asked(await sender(url, {}), timeoutMs, maxAnswerBytes);
  if (!isAnswer(answer)) return undefined;
  return answer.status >= 200 && answer.status < 300 ? parseJson(answer.text) : undefined;
}

/**
 * grpc.health.v1.Health/Check by hand: a request whose field 1 is the service's name, an answer whose field 1 is 1 for
 * SERVING (grpc-proto grpc/health/v1/health.proto), each behind the five bytes of a gRPC frame.
 */
const probeGrpc = async (
  { host, port, service }: Extract<Probe, { kind: 'grpc' }>,
  timeoutMs: number,
): Promise<ProbeResult> => {
  const { default: http2 } = await import('node:http2');
  return new Promise((resolve) => {
    const session = http2.connect(`http://${host.includes(':') ? `[${host}]` : host}:${port}`);
    const end = (result: ProbeResult): void => {
      clearTimeout(timer);
      session.destroy();
      resolve(result);
    };
    const timer = setTimeout(() => end(notReady(`no answer within ${timeoutMs} ms`)), timeoutMs);
    session.on('error', (error) => end(failed(error)));
    session.on('close', () => end(notReady('its connection was closed')));
    const stream = session.request({
      ':method': 'POST',
      ':path': '/grpc.health.v1.Health/Check',
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    const chunks: Buffer[] = [];
    let bytes = 0;
    stream.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxAnswerBytes) end(notReady('the health service answered too much'));
      else chunks.push(chunk);
    });
    stream.on('error', (error: Error) => end(failed(error)));
    stream.on('end', () => {
      const isServing = Buffer.concat(chunks)
        .subarray(5)
        .equals(Buffer.from([0x08, 0x01]));
      end(isServing ? ready : notReady(`the health service does not say SERVING for "${service}"`));
    });
    const name = Buffer.from(service);
    const message = name.length === 0 ? name : Buffer.concat([Buffer.from([0x0a, name.length]), name]);
    const frame = Buffer.alloc(5);
    frame.writeUInt32BE(message.length, 1);
    stream.end(Buffer.concat([frame, message]));
  });
};
