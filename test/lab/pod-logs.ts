import { Writable } from 'node:stream';
import { Log, type V1ContainerStatus, type V1Pod } from '@kubernetes/client-node';
import { labConfig, statusesOf } from './cluster.ts';

/** Something that was said or happened in a pod. */
export interface PodEvent {
  readonly pod: string;
  readonly who: string;
  /** Milliseconds since 1970. */
  readonly t: number;
  readonly what: string;
}

const followed: ReadonlySet<string> = new Set(['daps', 'daprd']);

/** What the sidecars say, kept past the end of their pods: who finds that a message was lost must be able to see why. */
export class PodLogs {
  readonly events: PodEvent[] = [];
  readonly #namespace: string;
  readonly #since = new Date().toISOString();
  readonly #known = new Set<string>();
  readonly #requests: Promise<AbortController | undefined>[] = [];

  constructor(namespace: string) {
    this.#namespace = namespace;
  }

  /** Follows the sidecars of a pod that have begun since it was last seen. */
  see(pod: V1Pod): void {
    for (const one of statusesOf(pod)) this.#follow(pod.metadata?.name ?? '', one);
  }

  #follow(pod: string, { name, containerID = '', state }: V1ContainerStatus): void {
    if (!followed.has(name) || state?.running === undefined || this.#known.has(containerID)) return;
    this.#known.add(containerID);
    const options = { follow: true, timestamps: true, sinceTime: this.#since };
    const asked = new Log(labConfig()).log(this.#namespace, pod, name, this.#linesOf(pod, name), options);
    // A pod that is gone before it was asked has nothing to say.
    this.#requests.push(asked.catch(() => undefined));
  }

  #linesOf(pod: string, who: string): Writable {
    let begun = '';
    const into = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        const lines = `${begun}${chunk}`.split('\n');
        begun = lines.pop() ?? '';
        for (const line of lines) {
          const [at = '', ...words] = line.split(' ');
          this.events.push({ pod, who, t: Date.parse(at), what: wordsOf(words.join(' ')) });
        }
        done();
      },
    });
    // The client listens to no error of what it pipes here, and a stream that is ended has one.
    return into.on('pipe', (source) => source.on('error', () => undefined));
  }

  async stop(): Promise<void> {
    for (const request of await Promise.all(this.#requests)) request?.abort();
  }
}

/** What a line of a log says, without who said it when: daps writes JSON, daprd logfmt; other words stay as they are. */
const wordsOf = (line: string): string => {
  const [, level, msg] = /level=(\w+) msg="?(.*?)"?(?: scope=.*)?$/.exec(line) ?? [];
  if (msg !== undefined) return `${level} ${msg}`;
  try {
    const { level, msg, inFlight, held } = JSON.parse(line) as Readonly<Record<string, unknown>>;
    const counts = inFlight === undefined ? '' : ` (in flight ${inFlight}, held ${held})`;
    return `${level} ${msg}${counts}`;
  } catch {
    return line;
  }
};
