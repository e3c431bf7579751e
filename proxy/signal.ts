import http from 'node:http';
import process from 'node:process';
import { controlPort, env, paths } from './contract.ts';

/** The sidecar's own preStop hook: tells it, over loopback, that its pod is going. Exits with 1 where it cannot be told. */
export const runSelfShutdown = async (): Promise<void> => {
  const failure = await tell(Number(process.env[env.controlPort] ?? controlPort));
  if (failure === undefined) return;
  process.stderr.write(`daps: the sidecar cannot be told that the pod is going: ${failure}\n`);
  process.exitCode = 1;
};

const timeoutMs = 5000;

/** Why it failed; undefined where it did not. */
const tell = (port: number): Promise<string | undefined> =>
  new Promise((resolve) => {
    const options = {
      host: '127.0.0.1',
      port,
      method: 'POST',
      path: paths.selfShutdown,
      agent: false,
      timeout: timeoutMs,
    };
    const request = http.request(options, (response) => {
      response.resume();
      resolve(response.statusCode === 202 ? undefined : `it answered ${response.statusCode}`);
    });
    request.on('timeout', () => request.destroy(new Error(`no answer within ${timeoutMs} ms`)));
    request.on('error', (error) => resolve(error.message));
    request.end();
  });
