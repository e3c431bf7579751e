import http2 from 'node:http2';

/** A request of daprd's to an app that speaks gRPC, as far as the subscriber answers such (appcallback.proto). */
export interface GrpcApp {
  readonly isReady: () => boolean;
  readonly pubsub: string;
  readonly topic: string;
  /** Works on a message, by the JSON text in it, and is over when it is done. */
  readonly deliver: (text: string) => Promise<void>;
}

const callback = '/dapr.proto.runtime.v1.AppCallback/';
const status = { ok: 0, unavailable: 14, unimplemented: 12 } as const;
/** Fields of TopicEventRequest, ListTopicSubscriptionsResponse and TopicSubscription. */
const field = { data: 7, subscriptions: 1, pubsub: 1, topic: 2 } as const;
const wire = { varint: 0, bytes: 2 } as const;
const prefixBytes = 5;

const varint = (number: number): readonly number[] =>
  number < 0x80 ? [number] : [(number & 0x7f) | 0x80, ...varint(number >>> 7)];

const bytesField = (number: number, bytes: Buffer): Buffer =>
  Buffer.concat([Buffer.from([(number << 3) | wire.bytes, ...varint(bytes.length)]), bytes]);

const readVarint = (bytes: Buffer, at: number): readonly [value: number, next: number] => {
  let value = 0;
  for (let shift = 0, next = at; ; shift += 7, next += 1) {
    const byte = bytes.readUInt8(next);
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return [value, next + 1];
  }
};

/** The bytes of one field of a message that has only numbers, texts and messages. */
const fieldOf = (message: Buffer, wanted: number): Buffer => {
  for (let at = 0; at < message.length; ) {
    const [key, afterKey] = readVarint(message, at);
    const [value, afterValue] = readVarint(message, afterKey);
    if ((key & 7) === wire.varint) at = afterValue;
    else {
      at = afterValue + value;
      if (key >>> 3 === wanted) return message.subarray(afterValue, at);
    }
  }
  return Buffer.alloc(0);
};

const framed = (message: Buffer): Buffer => {
  const prefix = Buffer.alloc(prefixBytes);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
};

const bodyOf = async (stream: http2.ServerHttp2Stream): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).subarray(prefixBytes);
};

const answerOf = async (app: GrpcApp, path: string, body: () => Promise<Buffer>): Promise<Buffer | number> => {
  if (!app.isReady()) return status.unavailable;
  switch (path) {
    case `${callback}ListTopicSubscriptions`: {
      const subscription = Buffer.concat([
        bytesField(field.pubsub, Buffer.from(app.pubsub)),
        bytesField(field.topic, Buffer.from(app.topic)),
      ]);
      return bytesField(field.subscriptions, subscription);
    }
    case `${callback}ListInputBindings`:
    case '/dapr.proto.runtime.v1.AppCallbackHealthCheck/HealthCheck':
      return Buffer.alloc(0);
    case `${callback}OnTopicEvent`:
      await app.deliver(fieldOf(await body(), field.data).toString());
      return Buffer.alloc(0);
    default:
      return status.unimplemented;
  }
};

/** The subscriber's server where its protocol is gRPC: no SDK, as daprd calls it. */
export const grpcServer = (app: GrpcApp): http2.Http2Server => {
  const server = http2.createServer();
  server.on('stream', (stream, headers) => {
    stream.on('error', () => undefined);
    void answerOf(app, headers[':path'] ?? '', () => bodyOf(stream)).then((answer) => {
      if (stream.destroyed) return;
      const head = { ':status': 200, 'content-type': 'application/grpc' };
      if (typeof answer === 'number') stream.respond({ ...head, 'grpc-status': answer }, { endStream: true });
      else {
        stream.respond(head, { waitForTrailers: true });
        stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': status.ok }));
        stream.end(framed(answer));
      }
    });
  });
  return server;
};
