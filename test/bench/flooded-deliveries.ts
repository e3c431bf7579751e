import { spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { SidecarProcess } from '../support/sidecar/process.ts';

const flood = fileURLToPath(import.meta.resolve('./flood.ts'));
const betweenMs = 5;

export interface FloodedDeliveries {
  /** Of deliveries one after the other, without a flood of the control port and beside it. */
  readonly quietP99Ms: number;
  readonly floodedP99Ms: number;
  /** What the flood added to the sidecar's private memory, MB. */
  readonly addedMegabytes: number;
  readonly statuses: readonly number[];
}

interface Deliveries {
  readonly p99Ms: number;
  readonly statuses: readonly number[];
}

const deliver = async (sidecar: SidecarProcess, seconds: number): Promise<Deliveries> => {
  const tookMs: number[] = [];
  const statuses: number[] = [];
  for (const untilMs = performance.now() + seconds * 1000; performance.now() < untilMs; await sleep(betweenMs)) {
    const one = await sidecar.deliver();
    tookMs.push(one.tookMs);
    statuses.push(one.status);
  }
  const sorted = tookMs.toSorted((a, b) => a - b);
  return { p99Ms: sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN, statuses };
};

/** How long deliveries take while a process of its own floods the control port as quickly as it can. */
export const floodDeliveries = async (seconds: number): Promise<FloodedDeliveries> => {
  const sidecar = await SidecarProcess.open();
  try {
    await deliver(sidecar, 1);
    const quiet = await deliver(sidecar, seconds);
    const before = sidecar.privateBytes();
    const child = spawn(process.execPath, [flood, String(sidecar.controlPort)], { stdio: 'ignore' });
    try {
      await once(child, 'spawn');
      const flooded = await deliver(sidecar, seconds);
      return {
        quietP99Ms: quiet.p99Ms,
        floodedP99Ms: flooded.p99Ms,
        addedMegabytes: (sidecar.privateBytes() - before) / 1e6,
        statuses: [...quiet.statuses, ...flooded.statuses],
      };
    } finally {
      child.kill('SIGKILL');
      await once(child, 'close');
    }
  } finally {
    sidecar.stop();
  }
};
