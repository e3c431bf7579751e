import { parseDurationMs } from './contract/duration.ts';
import { isHeader } from './contract/header.ts';
import {
  appChannelPort,
  controlPort,
  env,
  usualCallerDelay,
  usualMetricsPort,
  usualProbePeriodS,
  usualProbeTimeoutS,
} from './contract/names.ts';
import { fail, ok, type Result } from './contract/result.ts';
import { healthPathOf } from './health-path.ts';

/** How daps asks the app whether it is ready. */
export type Probe =
  | { readonly kind: 'http'; readonly url: URL; readonly headers: Readonly<Record<string, string>> }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'grpc'; readonly host: string; readonly port: number; readonly service: string };

/** The app container's own preStop hook, which runs after the drain. */
export type AppPreStop = Exclude<Probe, { kind: 'grpc' }> | { readonly kind: 'sleep'; readonly ms: number };

const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

export interface Config {
  readonly appId: string | undefined;
  readonly pod: string | undefined;
  readonly namespace: string | undefined;
  readonly app: {
    readonly host: string;
    readonly port: number;
    readonly isTls: boolean;
    readonly protocol: AppProtocol;
  };
  readonly ready: Probe;
  readonly readyTimeoutMs: number | 'never';
  /** How long one answer of the ready probe may take. */
  readonly readyProbeTimeoutMs: number;
  /** The pause between two questions, after the first seconds. */
  readonly readyProbePeriodMs: number;
  readonly busyUrl: URL | undefined;
  readonly appPreStop: AppPreStop | undefined;
  /** Whether the kubelet calls the sidecar for the app's container when the pod goes. */
  readonly hasAppHook: boolean;
  readonly appHealthPath: string | undefined;
  readonly preStopDelayMs: number;
  readonly callerDelayMs: number;
  readonly gracePeriodMs: number;
  readonly drainReserveMs: number;
  readonly giveBackAfterMs: number;
  /** Whether the broker redelivers messages that were not acknowledged. */
  readonly redelivery: Redelivery;
  readonly replays: number;
  readonly daprd: {
    /** Added by the cluster's injector (last sidecar), or by daps (first sidecar). */
    readonly by: 'injector' | 'inline';
    readonly httpPort: number;
    readonly grpcPort: number;
    /** The port of daprd's metrics, if daprd has one. */
    readonly metricsPort: number | undefined;
    /** daprd waits after its SIGTERM before it begins to end. */
    readonly blocksShutdown: boolean;
    readonly socketFolder: string | undefined;
    readonly apiToken: string | undefined;
  };
  readonly channelPort: number;
  readonly controlPort: number;
  readonly logLevel: LogLevel;
}

const appProtocols = ['http', 'https', 'h2c', 'grpc', 'grpcs'] as const;
export type AppProtocol = (typeof appProtocols)[number];

const redeliveries = ['certain', 'uncertain'] as const;
export type Redelivery = (typeof redeliveries)[number];

/** Whether daps reads requests to the app: it passes those of HTTP/2 unread. */
export const isHttp1 = (protocol: AppProtocol): boolean => protocol === 'http' || protocol === 'https';

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the sidecar's environment. Returns all that is wrong with it, one sentence each, if it cannot be used. */
export const readConfig = (environment: Environment): Result<Config, readonly string[]> => {
  const reader = new Reader(environment);
  const host = reader.text(env.appHost) ?? '127.0.0.1';
  const appId = reader.text(env.appId);
  const protocol = reader.choice(env.appProtocol, appProtocols, 'http');
  const config: Config = {
    appId,
    pod: reader.text(env.podName),
    namespace: reader.text(env.podNamespace),
    app: { host, port: reader.port(env.appPort), isTls: protocol === 'https' || protocol === 'grpcs', protocol },
    ready: reader.probe(env.readyProbe, env.readyHeaders),
    readyTimeoutMs: reader.text(env.readyTimeout) === 'never' ? 'never' : reader.durationMs(env.readyTimeout, '2m'),
    readyProbeTimeoutMs: reader.durationMs(env.readyProbeTimeout, `${usualProbeTimeoutS}s`),
    readyProbePeriodMs: reader.durationMs(env.readyProbePeriod, `${usualProbePeriodS}s`),
    busyUrl: reader.webUrl(env.busyUrl),
    appPreStop: reader.preStop(env.appPreStop, env.appPreStopHeaders),
    hasAppHook: reader.text(env.appHook) !== 'none',
    appHealthPath: reader.healthPath(),
    preStopDelayMs: reader.durationMs(env.preStopDelay, '5s'),
    callerDelayMs: reader.durationMs(env.callerDelay, usualCallerDelay),
    gracePeriodMs: reader.durationMs(env.gracePeriod, '30s'),
    drainReserveMs: reader.durationMs(env.drainReserve, '5s'),
    giveBackAfterMs: reader.durationMs(env.giveBackAfter, '30s'),
    redelivery: reader.choice(env.redelivery, redeliveries, 'certain'),
    replays: reader.count(env.replays, 2),
    daprd: {
      by: reader.choice(env.daprd, ['injector', 'inline'], 'injector'),
      httpPort: reader.port(env.daprdHttpPort, 3500),
      grpcPort: reader.port(env.daprdGrpcPort, 50001),
      metricsPort:
        reader.text(env.daprdMetricsPort) === 'off' ? undefined : reader.port(env.daprdMetricsPort, usualMetricsPort),
      blocksShutdown: reader.choice(env.daprdBlocksShutdown, ['true', 'false'], 'false') === 'true',
      socketFolder: reader.text(env.daprdSocketFolder),
      apiToken: reader.text(env.daprdApiToken),
    },
    channelPort: reader.port(env.channelPort, appChannelPort),
    controlPort: reader.port(env.controlPort, controlPort),
    logLevel: reader.choice(env.logLevel, logLevels, 'info'),
  };
  const problems = reader.problems.length > 0 ? reader.problems : portConflicts(config);
  return problems.length > 0 ? fail(problems) : ok(config);
};

/** Two ports are the same: the sidecar would call itself, or could not listen. */
const portConflicts = ({ app, channelPort, controlPort: ownPort }: Config): readonly string[] => {
  const text = (name: string, port: number, rule: string): string => `${name} is "${port}"; it ${rule}. ${advice}`;
  return [
    ...(isOwnHost(app.host) && (app.port === channelPort || app.port === ownPort)
      ? [text(env.appPort, app.port, 'must not be a port of the sidecar')]
      : []),
    ...(channelPort === ownPort ? [text(env.controlPort, ownPort, 'must not be the port of the app channel')] : []),
  ];
};

const isOwnHost = (host: string): boolean => /^(localhost|127(\.\d+){3}|::1)$/i.test(host);

const advice = 'daps inject writes it: render the manifests again.';

/** Reads variables one by one and remembers what is wrong with each. */
class Reader {
  readonly problems: string[] = [];
  readonly #environment: Environment;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  text(name: string): string | undefined {
    const text = this.#environment[name];
    return text === '' ? undefined : text;
  }

  healthPath(): string | undefined {
    const text = this.text(env.appHealthPath);
    return text === undefined ? undefined : healthPathOf(text);
  }

  choice<T extends string>(name: string, choices: readonly T[], fallback: T): T {
    const text = this.text(name);
    if (text === undefined) return fallback;
    const found = choices.find((choice) => choice === text);
    if (found === undefined) this.#wrong(name, text, `must be one of ${choices.join(', ')}`);
    return found ?? fallback;
  }

  /** A Service called daps-control gives every pod of its namespace DAPS_CONTROL_PORT=tcp://… (kubelet/envvars). */
  port(name: string, fallback?: number): number {
    const isOfService = /^(tcp|udp|sctp):\/\//.test(this.text(name) ?? '');
    if (isOfService && fallback !== undefined) return fallback;
    return this.#number(name, fallback, 1, 65_535, 'must be a port from 1 to 65535');
  }

  count(name: string, fallback: number): number {
    return this.#number(name, fallback, 0, 1_000_000, 'must be a whole number');
  }

  durationMs(name: string, fallback: string): number {
    const text = this.text(name) ?? fallback;
    const ms = parseDurationMs(text);
    if (ms === undefined) this.#wrong(name, text, 'must be a duration such as "5s" or "1m30s"');
    return ms ?? 0;
  }

  url(name: string): URL | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url === undefined) this.#wrong(name, text, 'must be a URL');
    return url;
  }

  webUrl(name: string): URL | undefined {
    const url = this.url(name);
    if (url === undefined || readTarget(url, {})?.kind === 'http') return url;
    this.#wrong(name, url.href, 'must be an http or https URL');
    return undefined;
  }

  probe(name: string, headersName: string): Probe {
    const url = this.url(name);
    const headers = this.#headers(headersName);
    const target = url === undefined ? undefined : readTarget(url, headers);
    if (target !== undefined && target.kind !== 'sleep') return target;
    this.#wrong(name, this.text(name) ?? '', 'must be an http, https, tcp or grpc URL');
    return { kind: 'tcp', host: '', port: 0 };
  }

  preStop(name: string, headersName: string): AppPreStop | undefined {
    const headers = this.#headers(headersName);
    const url = this.url(name);
    if (url === undefined) return undefined;
    const target = readTarget(url, headers);
    if (target !== undefined && target.kind !== 'grpc') return target;
    this.#wrong(name, url.href, 'must be an http, https, tcp or sleep URL');
    return undefined;
  }

  #headers(name: string): Readonly<Record<string, string>> {
    const text = this.text(name) ?? '{}';
    try {
      const headers = JSON.parse(text) as Record<string, unknown>;
      const values = Object.entries(headers);
      if (!Array.isArray(headers) && values.every(([, value]) => typeof value === 'string')) {
        const wrong = values.find(([header, value]) => !isHeader(header, value as string));
        if (wrong === undefined) return headers as Record<string, string>;
        this.#wrong(name, text, `must hold headers that HTTP can carry, and ${JSON.stringify(wrong[0])} is none`);
        return {};
      }
    } catch {
      // reported below
    }
    this.#wrong(name, text, 'must be a JSON object of texts');
    return {};
  }

  #number(name: string, fallback: number | undefined, min: number, max: number, rule: string): number {
    const text = this.text(name);
    if (text === undefined && fallback !== undefined) return fallback;
    const number = Number(text);
    if (text !== undefined && /^\d+$/.test(text) && number >= min && number <= max) return number;
    this.#wrong(name, text ?? '', rule);
    return 0;
  }

  #wrong(name: string, text: string, rule: string): void {
    this.problems.push(`${name} is "${text}"; it ${rule}. ${advice}`);
  }
}

const readTarget = (url: URL, headers: Readonly<Record<string, string>>): Probe | AppPreStop | undefined => {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port);
  const isAddress = host !== '' && port > 0;
  switch (url.protocol) {
    case 'http:':
    case 'https:':
      return url.port === '0' ? undefined : { kind: 'http', url, headers };
    case 'tcp:':
      return isAddress ? { kind: 'tcp', host, port } : undefined;
    case 'grpc:': {
      const service = unescaped(url.pathname.slice(1));
      return isAddress && service !== undefined ? { kind: 'grpc', host, port, service } : undefined;
    }
    case 'sleep:': {
      const ms = parseDurationMs(url.pathname);
      return ms === undefined ? undefined : { kind: 'sleep', ms };
    }
    default:
      return undefined;
  }
};

/** Undefined where a `%` begins no escape of UTF-8. */
const unescaped = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
};
