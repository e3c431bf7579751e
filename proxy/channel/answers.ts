/** What the sidecar answers itself. Never to a delivery. */

/** To daprd's health check of an app that drains or restarts: "unhealthy" would make daprd fail what is held. */
export const healthyAnswer = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');

const body = JSON.stringify({
  errorCode: 'ERR_DAPS_APP_DOWN',
  message: 'the app does not accept connections; daps lets calls in again when it is ready',
});

/** To a call while the app is away: its caller is better off with an answer. */
export const appDownAnswer = Buffer.from(
  `HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
);
