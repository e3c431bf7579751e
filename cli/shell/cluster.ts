import http from 'node:http';
import https from 'node:https';
import { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import type { ClusterAnswer, ClusterOpened, ClusterWanted } from './shell.ts';

/** A cluster as kubectl would reach it. Nothing but GET is ever sent. */
export const openCluster = async ({ kubeconfig, context }: ClusterWanted): Promise<ClusterOpened> => {
  const config = new KubeConfig();
  try {
    if (kubeconfig === undefined) config.loadFromDefault();
    else config.loadFromFile(kubeconfig);
  } catch (thrown) {
    return { ok: false, reason: messageOf(thrown) };
  }
  if (context !== undefined) {
    if (config.getContextObject(context) === null) {
      const names = config.getContexts().map(({ name }) => name);
      return { ok: false, reason: `there is no context "${context}" (contexts: ${names.join(', ') || 'none'})` };
    }
    config.setCurrentContext(context);
  }
  const server = config.getCurrentCluster()?.server;
  if (server === undefined) return { ok: false, reason: 'the kubeconfig names no cluster' };
  return {
    ok: true,
    cluster: { context: config.getCurrentContext(), server, get: (path) => get(config, server, path) },
  };
};

const timeoutMs = 15_000;

const get = async (config: KubeConfig, server: string, path: string): Promise<ClusterAnswer> => {
  const options: https.RequestOptions = { method: 'GET', headers: {}, timeout: timeoutMs };
  try {
    await config.applyToHTTPSOptions(options);
    return await send(new URL(server.replace(/\/$/, '') + path), options);
  } catch (thrown) {
    return { kind: 'failed', reason: messageOf(thrown) };
  }
};

const send = (url: URL, options: https.RequestOptions): Promise<ClusterAnswer> =>
  new Promise((resolve) => {
    const request = (url.protocol === 'http:' ? http : https).request(url, options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve(answerOf(response.statusCode ?? 0, Buffer.concat(chunks).toString())));
      response.on('error', (error) => resolve({ kind: 'failed', reason: messageOf(error) }));
    });
    request.on('timeout', () => request.destroy(new Error(`no answer within ${timeoutMs / 1000} s`)));
    request.on('error', (error) => resolve({ kind: 'failed', reason: messageOf(error) }));
    request.end();
  });

const answerOf = (status: number, text: string): ClusterAnswer => {
  const body = parse(text);
  if (status === 200)
    return body === undefined ? { kind: 'failed', reason: 'the answer is no JSON' } : { kind: 'found', body };
  const message = (body as { readonly message?: string } | undefined)?.message ?? `status ${status}`;
  if (status === 404) return { kind: 'missing' };
  return status === 401 || status === 403 ? { kind: 'denied', message } : { kind: 'failed', reason: message };
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Node's connection errors sometimes say only which addresses failed. */
const messageOf = (thrown: unknown): string => {
  if (thrown instanceof AggregateError) return thrown.errors.map(messageOf).join('; ');
  return thrown instanceof Error ? thrown.message : String(thrown);
};
