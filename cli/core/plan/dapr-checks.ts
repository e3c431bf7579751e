import { appChannelPort, controlPort } from '../../../proxy/contract.ts';
import { daprPorts } from '../dapr/ports.ts';
import { isTruthy } from '../dapr/truthy.ts';
import { type Problem, problem } from '../diagnostic.ts';
import type { Annotations } from './annotations.ts';

/** What the `dapr.io/*` annotations say, as far as daps depends on it. */
export interface DaprFacts {
  readonly appId: string | undefined;
  readonly appPort: number | undefined;
  readonly appProtocol: AppProtocol;
  readonly appHost: string;
  readonly grpcPort: number;
  readonly appHealthPath: string | undefined;
  readonly apiTokenSecret: string | undefined;
  readonly socketFolder: string | undefined;
  readonly pluggable: readonly string[];
}
export type AppProtocol = 'http' | 'https' | 'h2c' | 'grpc' | 'grpcs';

const protocols: readonly AppProtocol[] = ['http', 'https', 'h2c', 'grpc', 'grpcs'];

/** Reads and checks them (dapr/dapr v1.18.1 pkg/injector/patcher/sidecar.go; reference: the annotations' own docs). */
export const readDaprFacts = ({ texts, path }: Annotations): { facts: DaprFacts; problems: readonly Problem[] } => {
  const problems: Problem[] = [];
  const at = (name: string) => [...path, name];
  const port = (annotation: string, fallback: number): number => {
    const text = texts.get(annotation);
    const parsed = text === undefined ? fallback : parsePort(text);
    if (parsed === undefined)
      problems.push(
        problem(
          'invalid-dapr-annotation',
          { annotation, text: text ?? '', rule: 'must be a port number from 1 to 65535', example: String(fallback) },
          at(annotation),
        ),
      );
    return parsed ?? fallback;
  };
  const grpcPort = port('dapr.io/grpc-port', 50001);
  const moved = daprPorts.map((known) => ({
    ...known,
    port: known.annotation === undefined ? known.port : port(known.annotation, known.port),
  }));
  const appPortText = texts.get('dapr.io/app-port');
  const appPort = appPortText === undefined ? undefined : parsePort(appPortText);
  if (appPortText !== undefined && appPort === undefined)
    problems.push(problem('invalid-app-port', { text: appPortText }, at('dapr.io/app-port')));
  const debug = isTruthy(texts.get('dapr.io/enable-debug') ?? '')
    ? [{ port: port('dapr.io/debug-port', 40000), purpose: "daprd's debugger" }]
    : [];
  const ours = [
    { port: appChannelPort, purpose: 'where daprd reaches the daps sidecar' },
    { port: controlPort, purpose: "the daps sidecar's control port" },
  ];
  const conflict = [...ours, ...moved, ...debug].find((known) => known.port === appPort);
  if (appPort !== undefined && conflict !== undefined)
    problems.push(problem('app-port-conflict', { port: appPort, purpose: conflict.purpose }, at('dapr.io/app-port')));
  problems.push(...checkAppId(texts, path), ...checkShutdown(texts, path));
  const appProtocol = readProtocol(texts);
  if (appProtocol === undefined)
    problems.push(
      problem('invalid-app-protocol', { text: texts.get('dapr.io/app-protocol') ?? '' }, at('dapr.io/app-protocol')),
    );
  const enabled = texts.get('dapr.io/enabled') ?? '';
  if (enabled.toLowerCase() !== 'true' && !problems.some((found) => found.code === 'unquoted-enabled'))
    problems.push(problem('enabled-not-true', { text: enabled }, at('dapr.io/enabled')));
  const healthChecked = isTruthy(texts.get('dapr.io/enable-app-health-check') ?? '');
  return {
    facts: {
      appId: texts.get('dapr.io/app-id'),
      appPort,
      appProtocol: appProtocol ?? 'http',
      appHost: texts.get('dapr.io/app-channel-address') || '127.0.0.1',
      grpcPort,
      appHealthPath: healthChecked ? (texts.get('dapr.io/app-health-check-path') ?? '/healthz') : undefined,
      apiTokenSecret: texts.get('dapr.io/api-token-secret') || undefined,
      socketFolder: texts.get('dapr.io/unix-domain-socket-path') || undefined,
      pluggable: (texts.get('dapr.io/pluggable-components') ?? '').split(',').map((name) => name.trim()),
    },
    problems: dedupe(problems),
  };
};

const parsePort = (text: string): number | undefined => {
  const port = /^\s*[+]?\d{1,9}\s*$/.test(text) && text.trim() === text ? Number(text) : Number.NaN;
  return port >= 1 && port <= 65535 ? port : undefined;
};

/** `app-ssl` is the old way to say https and grpcs (sidecar.go `GetAppProtocol`). */
const readProtocol = (texts: ReadonlyMap<string, string>): AppProtocol | undefined => {
  const text = (texts.get('dapr.io/app-protocol') || 'http').toLowerCase();
  const protocol = protocols.find((known) => known === text);
  const ssl = isTruthy(texts.get('dapr.io/app-ssl') ?? '');
  if (ssl && protocol === 'http') return 'https';
  return ssl && protocol === 'grpc' ? 'grpcs' : protocol;
};

const checkAppId = (texts: ReadonlyMap<string, string>, path: Annotations['path']): readonly Problem[] => {
  const text = texts.get('dapr.io/app-id');
  if (text === undefined || (text.length <= 58 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(text))) return [];
  return [problem('invalid-app-id', { text }, [...path, 'dapr.io/app-id'])];
};

/** At 30 s daprd cancels and NACKs what is held; less than 5 s of that is no margin (design §5). */
const longestGracefulSeconds = 24;

const checkShutdown = (texts: ReadonlyMap<string, string>, path: Annotations['path']): readonly Problem[] => {
  const annotation = 'dapr.io/graceful-shutdown-seconds';
  const text = texts.get(annotation);
  const problems: Problem[] = [];
  if (text !== undefined) {
    const at = [...path, annotation];
    if (!/^[-+]?\d+$/.test(text))
      problems.push(
        problem(
          'invalid-dapr-annotation',
          { annotation, text, rule: 'must be a whole number of seconds', example: '5' },
          at,
        ),
      );
    else if (Number(text) === 0 || Number(text) > longestGracefulSeconds)
      problems.push(problem('graceful-shutdown-too-long', { text }, at));
  }
  if (texts.has('dapr.io/block-shutdown-duration'))
    problems.push(problem('block-shutdown', {}, [...path, 'dapr.io/block-shutdown-duration']));
  return problems;
};

const dedupe = (problems: readonly Problem[]): readonly Problem[] => [
  ...new Map(problems.map((found) => [JSON.stringify(found), found])).values(),
];
