import { get } from 'node:http';

const request = (url: string, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<number> =>
  new Promise((resolve, reject) => {
    const sent = get(url, { agent: false, headers, signal }, (response) => {
      response.on('error', reject).on('end', () => resolve(response.statusCode ?? 0));
      response.resume();
    });
    sent.on('error', reject);
  });

/** One GET on a connection of its own; the status, or undefined where there is no answer in time. */
export const statusOf = async (url: string, timeoutMs = 1000): Promise<number | undefined> => {
  try {
    return await request(url, {}, AbortSignal.timeout(timeoutMs));
  } catch {
    return undefined;
  }
};

/** An httpGet hook as the kubelet does it: no timeout but the grace period, and any status is as good as another. */
export const callHook = async (
  url: string,
  headers: Readonly<Record<string, string>>,
  graceMs: number,
): Promise<string> => {
  try {
    return String(await request(url, headers, AbortSignal.timeout(Math.ceil(graceMs))));
  } catch (error) {
    return error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.name) : String(error);
  }
};
