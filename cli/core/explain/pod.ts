import { parseDurationMs } from '../../../proxy/contract/duration.ts';
import { parseInt64 } from '../dapr/go-text.ts';
import { isTruthy } from '../dapr/truthy.ts';
import type { MapValue, Value } from '../manifest/model/value.ts';
import { itemsOf, mapOf, nameOf, numberOf } from '../manifest/object/pod.ts';
import { templateOf, type WorkloadKind } from '../manifest/object/workload.ts';
import { readAnnotations } from '../plan/annotations.ts';
import { findAppContainer } from '../plan/app-container.ts';
import { type DaprFacts, readDaprFacts } from '../plan/dapr-checks.ts';
import { type Handler, readHandler } from '../plan/http-target.ts';
import { nativeSidecarAnnotation } from '../plan/steering.ts';

/** One of the pod's own init containers. A sidecar does not end before the next one starts. */
export interface InitContainer {
  readonly name: string;
  readonly isSidecar: boolean;
}

/** A pod template as plain Dapr and the kubelet see it. */
export interface Pod {
  readonly inits: readonly InitContainer[];
  readonly app: string;
  readonly hook: Handler;
  readonly hasReadinessProbe: boolean;
  /** The containers beside the app. */
  readonly beside: readonly string[];
  readonly graceMs: number;
  /** Whether its app is to end by itself. */
  readonly isJob: boolean;
  readonly dapr: DaprFacts;
  /** How long daprd takes to end at most, once it ends; undefined: however long it takes. */
  readonly gracefulMs: number | undefined;
  /** How long daprd waits at its SIGTERM before it ends (`dapr.io/block-shutdown-duration`). */
  readonly blockMs: number | undefined;
  /** Whether Dapr's injector makes daprd a native sidecar without daps. */
  readonly isNative: boolean;
}

const usualGraceSeconds = 30;
/** daprd's own (Dapr 1.18.1, pkg/runtime/config.go, `DefaultGracefulShutdownDuration`). */
const usualGracefulSeconds = 5;
const jobKinds = ['Job', 'CronJob', 'ScaledJob'];

/** Reads the template of an object. `appName`: the app container where it is known; else it is found as daps finds it. */
export const readPod = (object: Value, kind: WorkloadKind, appName?: string): Pod => {
  const template = templateOf(object, kind);
  const { annotations } = readAnnotations(template);
  const { texts } = annotations;
  const { facts: dapr } = readDaprFacts(annotations);
  const spec = mapOf(template['spec']);
  const containers = itemsOf(spec['containers']);
  const app = containers.find((one) => nameOf(one) === appName) ?? appOf(containers, dapr);
  const hook = readHandler(mapOf(app['lifecycle'])['preStop'], app, '127.0.0.1', []);
  return {
    inits: itemsOf(spec['initContainers']).map((one) => ({
      name: nameOf(one),
      isSidecar: one['restartPolicy'] === 'Always',
    })),
    app: nameOf(app),
    hook: hook.ok ? hook.value : { kind: 'none' },
    hasReadinessProbe: Object.keys(mapOf(app['readinessProbe'])).length > 0,
    beside: containers.filter((one) => one !== app).map(nameOf),
    graceMs: (numberOf(spec['terminationGracePeriodSeconds']) ?? usualGraceSeconds) * 1000,
    isJob: jobKinds.includes(kind.kind),
    dapr,
    gracefulMs: gracefulMs(texts.get('dapr.io/graceful-shutdown-seconds')),
    blockMs: parseDurationMs(texts.get('dapr.io/block-shutdown-duration') ?? ''),
    isNative: isTruthy(texts.get(nativeSidecarAnnotation) ?? ''),
  };
};

const appOf = (containers: readonly MapValue[], dapr: DaprFacts): MapValue => {
  const found = findAppContainer(containers, undefined, dapr.appPort ?? 0, dapr.pluggable);
  return found.ok ? found.value : (containers[0] ?? {});
};

/** A negative number is the default, 0 no limit (Dapr 1.18.1, pkg/runtime/config.go). */
export const gracefulMs = (text: string | undefined): number | undefined => {
  const seconds = parseInt64(text ?? '') ?? -1n;
  if (seconds === 0n) return undefined;
  return Number(seconds < 0n ? BigInt(usualGracefulSeconds) : seconds) * 1000;
};
