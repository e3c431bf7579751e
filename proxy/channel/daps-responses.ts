/**
 * What daps answers in the app's place. It answers rather than close the connection, because daprd sometimes takes a
 * closed connection as a success: requests that begin at the same moment share the place that keeps their error (Dapr
 * 1.18.1, pkg/middleware/http/pipeline.go, `http`, and pkg/channel/http/http_channel.go, `invokeMethodV1`).
 */

/**
 * The answer to daprd's health check of an app that drains or restarts: "unhealthy" would make daprd fail held
 * deliveries.
 */
export const healthyAnswer = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');

/** Why the app does not answer: it is away, it crashed during a call, or it crashed each time it got this delivery. */
export type DapsResponse = 'app-down' | 'app-cut' | 'give-up';

interface ResponseBytes {
  readonly status: number;
  readonly bytes: Buffer;
}

const answer = (status: number, reason: string, errorCode: string, message: string): ResponseBytes => {
  const body = JSON.stringify({ errorCode, message });
  const head = [
    `HTTP/1.1 ${status} ${reason}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  return { status, bytes: Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`) };
};

/** Statuses: RFC 9110 §15.6. daprd retries or dead-letters a delivery with any of them; only 404 would drop it. */
export const dapsResponses: Readonly<Record<DapsResponse, ResponseBytes>> = {
  'app-down': answer(
    503,
    'Service Unavailable',
    'ERR_DAPS_APP_DOWN',
    'the app does not accept connections; daps lets calls in again when it is ready',
  ),
  'app-cut': answer(
    502,
    'Bad Gateway',
    'ERR_DAPS_APP_CUT',
    'the app ended the connection before it answered; it may have done what it was asked',
  ),
  'give-up': answer(
    502,
    'Bad Gateway',
    'ERR_DAPS_DELIVERY_CUT',
    'the app ended the connection each time it got this delivery; Dapr retries or dead-letters it',
  ),
};
