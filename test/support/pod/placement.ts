import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { eventually } from '../eventually.ts';
import { markOfThisRun } from '../orphans.ts';
import { toolPath } from '../tools.ts';
import { statusOf } from './hooks.ts';
import { giveBackPorts, takePort } from './own-ports.ts';

/** Dapr's placement service as a process of its own, for actors. */
export class Placement {
  readonly address: string;
  readonly #stop: () => Promise<void>;

  private constructor(address: string, stop: () => Promise<void>) {
    this.address = address;
    this.#stop = stop;
  }

  static async start(): Promise<Placement> {
    const ports = [await takePort(), await takePort(), await takePort(), await takePort()] as const;
    const [port, healthz, metrics, raft] = ports;
    const lines: string[] = [];
    const args = [
      ...['--port', String(port), '--listen-address', '127.0.0.1'],
      ...['--healthz-port', String(healthz), '--metrics-port', String(metrics)],
      ...['--id', 'lab', '--initial-cluster', `lab=127.0.0.1:${raft}`],
    ];
    const child = spawn(toolPath('placement') ?? 'placement', args, { env: { ...process.env, ...markOfThisRun } });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => lines.push(String(chunk)));
    const stop = async (): Promise<void> => {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
      giveBackPorts(ports);
    };
    const isUp = async (): Promise<boolean> => (await statusOf(`http://127.0.0.1:${healthz}/healthz`)) === 200;
    try {
      await eventually('placement is ready', isUp, 60_000, () => lines.join(''));
    } catch (error) {
      await stop();
      throw error;
    }
    return new Placement(`127.0.0.1:${port}`, stop);
  }

  dispose(): Promise<void> {
    return this.#stop();
  }
}
