/** The fields that daprd adds to another app's call. */
export const callFields = 'dapr-caller-app-id: web\r\ndapr-callee-app-id: shop\r\n';
export const get = Buffer.from('GET /price HTTP/1.1\r\nHost: a\r\n\r\n');
export const ok = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
/** Chunks with an extension, data that looks like an end, and trailers. */
export const chunkedBody = '5;a=b\r\nhello\r\n7\r\n\r\n0\r\n\r\n\r\n0;last\r\nX-Sum: 1\r\nX: y\r\n\r\n';
