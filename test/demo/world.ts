import type { LocalProgram } from '../support/pod/container.ts';
import type { DaprdPlacement } from '../support/pod/daprd.ts';
import type { Container } from '../support/pod/template.ts';
import type { Published } from '../support/scenario/ledger.ts';
import type { HandedBack } from './stand-in/queue.ts';

/** How daprd is put into a pod. */
export interface DaprdInPod {
  readonly placement: DaprdPlacement;
  /** Where the kubelet does not know it by itself: its container, and how that is run. */
  readonly container?: Container;
  readonly program?: LocalProgram;
  readonly resources?: readonly object[];
}

/** A broker and daprds: real ones, or what stands in for them. */
export interface World {
  readonly topic: string;
  /** An injected daprd is a native sidecar after daps'; a plain one is one more container. */
  readonly daprd: (appPort: number, isInjected: boolean) => DaprdInPod;
  readonly publish: (id: string) => Promise<void>;
  /** Waits until no message is on its way any more. */
  readonly settle: (published: readonly Published[], eventFiles: readonly string[]) => Promise<void>;
  /** Messages that a daprd held to its end; known of the stand-in only. */
  readonly handedBack: readonly HandedBack[];
  readonly dispose: () => Promise<void>;
}

/** The name of daprd's container, the stand-in's too. */
export const daprdNames: readonly string[] = ['daprd', 'daprd-stand-in'];
