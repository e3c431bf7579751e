import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { folder } from './measure.ts';
import { run } from './proxy-processes.ts';

/** What became of the requests that one load made. */
export interface Outcome {
  readonly requests: number;
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Requests without an answer of the app's: not connected, cut, or another status than 200. */
  readonly errors: number;
  /** Requests that were not answered when this was over, after 10 s at the earliest. */
  readonly unanswered: number;
}

/** Loads a port from a core for some seconds. */
export type Load = (port: number, seconds: number, core: number) => Promise<Outcome>;

/** A message as daprd delivers it, of so many bytes. */
const cloudEvent = (bytes: number): string => {
  const event = (orders: string): string =>
    JSON.stringify({
      specversion: '1.0',
      id: '2f1c7a52-6a1d-4a0e-9a40-6f5ec0f8b6b1',
      source: 'checkout',
      type: 'com.dapr.event.sent',
      datacontenttype: 'application/json',
      topic: 'orders',
      pubsubname: 'pubsub',
      traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
      data: { orders },
    });
  return event('x'.repeat(bytes - event('').length));
};

const contentType = 'application/cloudevents+json';

const script = (bytes: number): string => {
  const path = join(folder, `load-${bytes}.lua`);
  writeFileSync(
    path,
    `wrk.method = "POST"
wrk.headers["Content-Type"] = "${contentType}"
wrk.body = [==[${cloudEvent(bytes)}]==]
done = function(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"requests":%d,"seconds":%f,"p50Ms":%f,"p99Ms":%f,"errors":%d,"unanswered":%d}\\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    errors.connect + errors.read + errors.write + errors.status, errors.timeout))
end
`,
  );
  return path;
};

const lastLine = (text: string): Outcome => JSON.parse(text.trimEnd().split('\n').at(-1) ?? '') as Outcome;

/** As many requests as the connections allow, each sent when the one before it is answered. */
export const fullLoad = (bytes: number, connections: number): Load => {
  const path = script(bytes);
  return async (port, seconds, core) => {
    const options = ['-t', '1', '-c', String(connections), '-d', `${seconds}s`, '--timeout', '10s', '--latency'];
    const url = `http://127.0.0.1:${port}/orders`;
    return lastLine(await run({ program: 'wrk', args: [...options, '-s', path, url] }, core));
  };
};

/** So many requests a second, whatever becomes of them. */
export const constantLoad = (bytes: number, perSecond: number): Load => {
  const path = join(folder, `request-${bytes}`);
  const head = [
    'POST /orders HTTP/1.1',
    'Host: 127.0.0.1',
    `Content-Type: ${contentType}`,
    `Content-Length: ${bytes}`,
    '',
    '',
  ];
  writeFileSync(path, head.join('\r\n') + cloudEvent(bytes));
  const generator = join(import.meta.dirname, 'proxy-rate.ts');
  return async (port, seconds, core) => {
    const args = [generator, String(port), String(perSecond), String(seconds), path];
    return lastLine(await run({ program: process.execPath, args }, core));
  };
};
