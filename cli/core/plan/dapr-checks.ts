import { appChannelPort, controlPort } from '../../../proxy/contract/names.ts';
import { parseInt64, toInt32 } from '../dapr/go-text.ts';
import { type DaprPort, daprPorts, debuggerPort, metricsPortAnnotation } from '../dapr/ports.ts';
import { isTruthy } from '../dapr/truthy.ts';
import { type Problem, problem } from '../diagnostic.ts';
import type { Path } from '../manifest/model/path.ts';
import type { Annotations } from './annotations.ts';
import { isLoopback, urlHost } from './http-target.ts';

/** What the `dapr.io/*` annotations say, as far as daps depends on it. */
export interface DaprFacts {
  readonly appId: string | undefined;
  readonly appPort: number | undefined;
  readonly appProtocol: AppProtocol;
  readonly appHost: string;
  readonly grpcPort: number;
  /** Every port that daprd listens on. */
  readonly daprdPorts: readonly number[];
  /** Where daprd tells its metrics; undefined where they are switched off. */
  readonly metricsPort: number | undefined;
  readonly appHealthPath: string | undefined;
  readonly apiTokenSecret: string | undefined;
  readonly socketFolder: string | undefined;
  readonly pluggable: readonly string[];
  /** daprd would wait for its deliveries for so long at its end that it loses them. */
  readonly endsTooLate: boolean;
  /** daprd waits at its SIGTERM before it begins to end. */
  readonly blocksShutdown: boolean;
}
export type AppProtocol = 'http' | 'https' | 'h2c' | 'grpc' | 'grpcs';

/** Whether an app of this protocol answers HTTP/1.1. */
export const isHttp1 = (protocol: AppProtocol): boolean => protocol === 'http' || protocol === 'https';

const protocols: readonly AppProtocol[] = ['http', 'https', 'h2c', 'grpc', 'grpcs'];

/** Reads and checks them (dapr/dapr v1.18.1 pkg/injector/patcher/sidecar.go; reference: the annotations' own docs). */
export const readDaprFacts = ({ texts, path }: Annotations): { facts: DaprFacts; problems: readonly Problem[] } => {
  const problems: Problem[] = [];
  const at = (name: string) => [...path, name];
  const port = (annotation: string, fallback: number): number => {
    const text = texts.get(annotation);
    if (text === undefined) return fallback;
    const number = readNumber(text);
    if (number !== undefined && isPort(number)) return number;
    const example = String(fallback);
    problems.push(
      number === undefined
        ? noNumber(annotation, text, `takes ${example}`, example, path)
        : problem(
            'invalid-dapr-annotation',
            { annotation, text, rule: 'must be a port number from 1 to 65535', example },
            at(annotation),
          ),
    );
    return fallback;
  };
  const grpcPort = port('dapr.io/grpc-port', 50001);
  const moved = daprPorts.map((known) => ({
    ...known,
    port: known.annotation === undefined ? known.port : port(known.annotation, known.port),
  }));
  const appPort = readAppPort(texts, path);
  problems.push(...appPort.problems);
  const debug = isTruthy(texts.get('dapr.io/enable-debug') ?? '')
    ? [{ ...debuggerPort, port: port(debuggerPort.annotation, debuggerPort.port) }]
    : [];
  const listening = hasMetrics(texts) ? moved : moved.filter(({ annotation }) => annotation !== metricsPortAnnotation);
  const appHost = texts.get('dapr.io/app-channel-address') || '127.0.0.1';
  if (appPort.port !== undefined && !URL.canParse(`http://${urlHost(appHost)}:${appPort.port}`))
    problems.push(problem('invalid-channel-address', { text: appHost }, at('dapr.io/app-channel-address')));
  const isHere = isLoopback(appHost);
  problems.push(
    ...(appPort.port === undefined ? [] : portsOfDaps([...listening, ...debug], path)),
    ...(isHere ? conflicts('app-port-of-daps', appPort.port, ours, at('dapr.io/app-port')) : []),
    ...(isHere ? conflicts('app-port-conflict', appPort.port, [...listening, ...debug], at('dapr.io/app-port')) : []),
    ...checkAppId(texts, path),
    ...checkShutdown(texts, path),
  );
  const endsTooLate = appPort.port !== undefined && isTooLate(texts);
  if (endsTooLate)
    problems.push(
      problem(
        'graceful-shutdown-too-long',
        { text: texts.get(gracefulSeconds) ?? '', instead: String(longestGracefulSeconds) },
        at(gracefulSeconds),
      ),
    );
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
      appId: texts.get('dapr.io/app-id') || undefined,
      appPort: appPort.port,
      appProtocol: appProtocol ?? 'http',
      appHost,
      grpcPort,
      daprdPorts: moved.map((known) => known.port),
      metricsPort: listening.find(({ annotation }) => annotation === metricsPortAnnotation)?.port,
      appHealthPath: healthChecked ? (texts.get('dapr.io/app-health-check-path') ?? '/healthz') || '/' : undefined,
      apiTokenSecret: texts.get('dapr.io/api-token-secret') || undefined,
      socketFolder: texts.get('dapr.io/unix-domain-socket-path') || undefined,
      pluggable: (texts.get('dapr.io/pluggable-components') ?? '').split(',').map((name) => name.trim()),
      endsTooLate,
      blocksShutdown: (texts.get(blockShutdown) ?? '') !== '',
    },
    problems: dedupe(problems),
  };
};

/** The daps sidecar's own ports. */
const ours = [
  { port: appChannelPort, purpose: 'where daprd reaches the daps sidecar' },
  { port: controlPort, purpose: "the daps sidecar's control port" },
];

/** daprd's ports that an annotation has moved to one of ours. */
const portsOfDaps = (ports: readonly DaprPort[], path: Path): readonly Problem[] =>
  ports.flatMap(({ port, annotation }) => {
    const taken = ours.find((known) => known.port === port);
    if (taken === undefined || annotation === undefined) return [];
    const usual = String([...daprPorts, debuggerPort].find((known) => known.annotation === annotation)?.port);
    return [problem('daprd-port-of-daps', { annotation, port, purpose: taken.purpose, usual }, [...path, annotation])];
  });

const conflicts = (
  code: 'app-port-of-daps' | 'app-port-conflict',
  port: number | undefined,
  taken: readonly { readonly port: number; readonly purpose: string }[],
  path: Path,
): readonly Problem[] => {
  const found = taken.find((known) => known.port === port);
  return found === undefined ? [] : [problem(code, { port: found.port, purpose: found.purpose }, path)];
};

/** A Go `int32`; undefined for what the injector does not read as a number, and so passes over. */
const readNumber = (text: string): number | undefined => {
  const value = parseInt64(text);
  return value === undefined ? undefined : toInt32(value);
};

const isPort = (number: number): boolean => number >= 1 && number <= 65535;

const noNumber = (
  annotation: string,
  text: string,
  effect: string,
  example: string,
  path: Annotations['path'],
): Problem => {
  const instead = `${annotation}: "${example}"`;
  return problem('ignored-dapr-annotation', { annotation, text, what: 'is no whole number', effect, instead }, [
    ...path,
    annotation,
  ]);
};

/** Without a positive number there is no app channel (sidecar_container.go). */
const readAppPort = (
  texts: ReadonlyMap<string, string>,
  path: Annotations['path'],
): { readonly port: number | undefined; readonly problems: readonly Problem[] } => {
  const annotation = 'dapr.io/app-port';
  const text = texts.get(annotation);
  if (text === undefined) return { port: undefined, problems: [] };
  const number = readNumber(text) ?? 0;
  if (isPort(number)) return { port: number, problems: [] };
  const code = number <= 0 ? 'ignored-app-port' : 'invalid-app-port';
  return { port: undefined, problems: [problem(code, { text }, [...path, annotation])] };
};

const hasMetrics = (texts: ReadonlyMap<string, string>): boolean =>
  isTruthy(texts.get('dapr.io/enable-metrics') ?? 'true');

/** `app-ssl` is the old way to say https and grpcs (sidecar.go `GetAppProtocol`). */
const readProtocol = (texts: ReadonlyMap<string, string>): AppProtocol | undefined => {
  const text = (texts.get('dapr.io/app-protocol') || 'http').toLowerCase();
  const protocol = protocols.find((known) => known === text);
  const ssl = isTruthy(texts.get('dapr.io/app-ssl') ?? '');
  if (ssl && protocol === 'http') return 'https';
  return ssl && protocol === 'grpc' ? 'grpcs' : protocol;
};

/** An empty one is none (`GetAppID`). */
const checkAppId = (texts: ReadonlyMap<string, string>, path: Annotations['path']): readonly Problem[] => {
  const text = texts.get('dapr.io/app-id') ?? '';
  if (text === '' || (text.length <= 58 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(text))) return [];
  return [problem('invalid-app-id', { text }, [...path, 'dapr.io/app-id'])];
};

/** At 30 s daprd cancels and NACKs what is held; less than 5 s of that is no margin (proxy/README.md, rule 9). */
export const longestGracefulSeconds = 24;
const gracefulSeconds = 'dapr.io/graceful-shutdown-seconds';
const blockShutdown = 'dapr.io/block-shutdown-duration';

/** A negative number is daprd's default of 5 s, 0 no limit (pkg/runtime/config.go). */
const isTooLate = (texts: ReadonlyMap<string, string>): boolean => {
  const seconds = parseInt64(texts.get(gracefulSeconds) ?? '');
  return seconds !== undefined && (seconds === 0n || seconds > BigInt(longestGracefulSeconds));
};

const checkShutdown = (texts: ReadonlyMap<string, string>, path: Annotations['path']): readonly Problem[] => {
  const text = texts.get(gracefulSeconds);
  return [
    ...(text === undefined || parseInt64(text) !== undefined
      ? []
      : [noNumber(gracefulSeconds, text, 'takes 5', '5', path)]),
    ...(texts.has(blockShutdown) ? [problem('block-shutdown', {}, [...path, blockShutdown])] : []),
  ];
};

const dedupe = (problems: readonly Problem[]): readonly Problem[] => [
  ...new Map(problems.map((found) => [JSON.stringify(found), found])).values(),
];
