/**
 * Makes calls at a steady rate, and keeps count of what came back:
 *   POST /begin   {name, url, perSecond, keepsConnections}
 *   POST /count   {name} → how many of them are over
 *   POST /end     {name} → what became of the calls, when the last one is over
 */
import { Agent, createServer, type IncomingMessage, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

interface Begin {
  readonly name: string;
  readonly url: string;
  readonly perSecond: number;
  /** Like a daprd's client; or each call on a connection of its own, as many load balancers see them. */
  readonly keepsConnections: boolean;
  readonly timeoutMs?: number;
}

interface Call {
  readonly at: number;
  readonly tookMs: number;
  readonly failure?: string;
}

/** A machine that cannot keep the rate up is not buried under what it owes. */
const mostUnderWay = 64;
const keeping = new Agent({ keepAlive: true });

const call = ({ url, keepsConnections, timeoutMs = 120_000 }: Begin): Promise<Call> =>
  new Promise((resolve) => {
    const at = Date.now();
    const started = performance.now();
    const over = (failure?: string): void => {
      const tookMs = Math.round(performance.now() - started);
      resolve(failure === undefined ? { at, tookMs } : { at, tookMs, failure });
    };
    const asked = request(url, { agent: keepsConnections ? keeping : false, timeout: timeoutMs }, (answer) => {
      let body = '';
      answer.setEncoding('utf8').on('data', (part: string) => {
        body += part;
      });
      answer.on('end', () =>
        over(answer.statusCode === 200 ? undefined : `${answer.statusCode} ${body.slice(0, 300)}`),
      );
      answer.on('error', (error) => over(`cut: ${error.message}`));
    });
    asked.on('timeout', () => asked.destroy(new Error(`no answer in ${timeoutMs} ms`)));
    asked.on('error', (error) => over(error.message));
    asked.end();
  });

class Load {
  readonly #calls: Promise<Call>[] = [];
  readonly #loop: Promise<void>;
  #isOn = true;
  #underWay = 0;
  over = 0;

  constructor(begin: Begin) {
    const gapMs = 1000 / begin.perSecond;
    this.#loop = (async () => {
      for (let due = performance.now(); this.#isOn; due += gapMs) {
        const early = due - performance.now();
        if (early > 0) await delay(early);
        if (this.#underWay >= mostUnderWay) {
          await delay(gapMs);
          due = performance.now();
        } else this.#begin(begin);
      }
    })();
  }

  #begin(begin: Begin): void {
    this.#underWay += 1;
    const one = call(begin).finally(() => {
      this.#underWay -= 1;
      this.over += 1;
    });
    this.#calls.push(one);
  }

  async end(): Promise<object> {
    this.#isOn = false;
    await this.#loop;
    const calls = await Promise.all(this.#calls);
    const failed = calls.filter(({ failure }) => failure !== undefined);
    const reasons: Record<string, number> = {};
    for (const { failure = '' } of failed) {
      const reason = failure.replaceAll(/[\d.]+:\d+/g, 'ADDRESS');
      reasons[reason] = (reasons[reason] ?? 0) + 1;
    }
    const slowest = [...calls].sort((a, b) => b.tookMs - a.tookMs).slice(0, 5);
    return { made: calls.length, failedCount: failed.length, failed: failed.slice(0, 20), reasons, slowest };
  }
}

const loads = new Map<string, Load>();

const bodyOf = async (incoming: IncomingMessage): Promise<Begin> => {
  let body = '';
  for await (const part of incoming.setEncoding('utf8')) body += part;
  return JSON.parse(body) as Begin;
};

const handle = async (incoming: IncomingMessage): Promise<object> => {
  if (incoming.url === '/healthz') return {};
  const body = await bodyOf(incoming);
  if (incoming.url === '/begin') {
    loads.set(body.name, new Load(body));
    return {};
  }
  const load = loads.get(body.name);
  if (incoming.url === '/count') return { over: load?.over ?? 0 };
  return (await load?.end()) ?? { error: `no load is called ${body.name}` };
};

createServer((incoming, response) => {
  handle(incoming).then(
    (answer) => response.end(JSON.stringify(answer)),
    (error: Error) => response.writeHead(500).end(error.message),
  );
}).listen(9000);
process.on('SIGTERM', () => process.exit(0));
