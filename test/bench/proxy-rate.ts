import { readFileSync } from 'node:fs';
import net from 'node:net';
import process from 'node:process';

/**
 * Sends requests at a constant rate, whether or not the ones before are answered, and prints how long the answers took.
 * Arguments: port, requests a second, seconds, the file that a request is.
 */

const [, , port = '', rate = '', seconds = '', file = ''] = process.argv;
const request = readFileSync(file);
const total = Number(rate) * Number(seconds);
const tookMs: number[] = [];
let errors = 0;
let unanswered = 0;
let begunMs = 0;
let sent = 0;

interface Line {
  readonly socket: net.Socket;
  sentMs: number;
  answer: string;
}

const idle: Line[] = [];

const isWhole = (answer: string): boolean => {
  const end = answer.indexOf('\r\n\r\n');
  const length = /\r\ncontent-length: *(\d+)/i.exec(answer)?.[1];
  return end >= 0 && length !== undefined && answer.length >= end + 4 + Number(length);
};

const open = (): Promise<Line> =>
  new Promise((resolve, reject) => {
    const socket = net.connect({ host: '127.0.0.1', port: Number(port), noDelay: true });
    const line: Line = { socket, sentMs: 0, answer: '' };
    socket.on('connect', () => resolve(line));
    socket.on('error', reject);
    socket.on('close', () => {
      if (line.sentMs > 0) failed();
      const at = idle.indexOf(line);
      if (at >= 0) idle.splice(at, 1);
    });
    socket.setEncoding('latin1').on('data', (text: string) => {
      line.answer += text;
      if (!isWhole(line.answer)) return;
      if (line.answer.startsWith('HTTP/1.1 200 ')) tookMs.push(performance.now() - line.sentMs);
      else errors += 1;
      line.sentMs = 0;
      line.answer = '';
      idle.push(line);
      endIfDone();
    });
  });

const failed = (): void => {
  errors += 1;
  endIfDone();
};

/** On a connection that nobody waits on; a new one where there is none, and its time counts. */
const send = (): void => {
  const sentMs = performance.now();
  const line = idle.pop();
  const write = (to: Line): void => {
    to.sentMs = sentMs;
    to.socket.write(request);
  };
  if (line === undefined) open().then(write, failed);
  else write(line);
};

const endIfDone = (): void => {
  if (tookMs.length + errors + unanswered < total) return;
  tookMs.sort((a, b) => a - b);
  const percentile = (share: number): number => tookMs[Math.floor(tookMs.length * share)] ?? Number.NaN;
  const tookS = (performance.now() - begunMs) / 1000;
  const result = {
    requests: tookMs.length,
    seconds: tookS,
    p50Ms: percentile(0.5),
    p99Ms: percentile(0.99),
    errors,
    unanswered,
  };
  process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
};

idle.push(...(await Promise.all(Array.from({ length: 32 }, open))));
begunMs = performance.now();
const pace = setInterval(() => {
  const due = Math.min(total, Math.floor(((performance.now() - begunMs) * Number(rate)) / 1000));
  for (; sent < due; sent += 1) send();
  if (sent >= total) clearInterval(pace);
}, 1);
setTimeout(
  () => {
    unanswered = total - tookMs.length - errors;
    endIfDone();
  },
  (Number(seconds) + 10) * 1000,
);
