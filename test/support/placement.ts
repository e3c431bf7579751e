import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from './free-port.ts';
import { statusOf, until } from './kubelet-hooks.ts';
import { toolPath } from './tools.ts';

/** Dapr's placement service as a process of its own, for actors. */
export class Placement {
  readonly address: string;
  readonly #stop: () => Promise<void>;

  private constructor(address: string, stop: () => Promise<void>) {
    this.address = address;
    this.#stop = stop;
  }

  static async start(): Promise<Placement> {
    const [port, healthz, metrics, raft] = [await freePort(), await freePort(), await freePort(), await freePort()];
    const lines: string[] = [];
    const child = spawn(toolPath('placement') ?? 'placement', [
      ...['--port', String(port), '--listen-address', '127.0.0.1'],
      ...['--healthz-port', String(healthz), '--metrics-port', String(metrics)],
      ...['--id', 'lab', '--initial-cluster', `lab=127.0.0.1:${raft}`],
    ]);
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => lines.push(String(chunk)));
    const stop = async (): Promise<void> => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    };
    const isUp = async (): Promise<boolean> => (await statusOf(`http://127.0.0.1:${healthz}/healthz`)) === 200;
    if (await until(isUp, 30_000)) return new Placement(`127.0.0.1:${port}`, stop);
    await stop();
    throw new Error(`placement is not ready\n${lines.join('')}`);
  }

  dispose(): Promise<void> {
    return this.#stop();
  }
}
