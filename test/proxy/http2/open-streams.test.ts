import { expect } from 'chai';
import { OpenStreams } from '../../../proxy/http2/open-streams.ts';

const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
const types = { data: 0, headers: 1, reset: 3, settings: 4, ping: 6, goAway: 7, windowUpdate: 8, continuation: 9 };
const endStream = 1;

const frame = (type: keyof typeof types, stream: number, flags = 0, bytes = 5): Buffer => {
  const head = Buffer.alloc(9 + bytes, 0xff); // a payload that would be a frame of nonsense
  head.writeUIntBE(bytes, 0, 3);
  head.writeUInt8(types[type], 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return head;
};

type Said = readonly [by: 'daprd' | 'app', ...frames: readonly Buffer[]];

/** How many streams are open after each thing that was said, in pieces of so many bytes. */
const openAfter = (said: readonly Said[], pieceBytes = Number.POSITIVE_INFINITY): readonly number[] => {
  let open = 0;
  const streams = new OpenStreams({
    opened: () => {
      open += 1;
    },
    closed: (count) => {
      open -= count;
    },
  });
  return said.map(([by, ...frames]) => {
    const bytes = Buffer.concat(frames);
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      const piece = bytes.subarray(at, Math.min(at + pieceBytes, bytes.length));
      if (by === 'daprd') streams.daprdSays(piece);
      else streams.appSays(piece);
    }
    return open;
  });
};

const request = (stream: number): readonly Buffer[] => [frame('headers', stream, 4), frame('data', stream, endStream)];

const cases: readonly (readonly [what: string, said: readonly Said[], open: readonly number[]])[] = [
  [
    'settings, pings and windows are no work',
    [
      ['daprd', preface, frame('settings', 0), frame('windowUpdate', 0), frame('ping', 0)],
      ['app', frame('settings', 0), frame('ping', 0)],
    ],
    [0, 0],
  ],
  [
    'a request is open until the app has ended its answer',
    [
      ['daprd', preface, ...request(1)],
      ['app', frame('headers', 1, 4), frame('data', 1)],
      ['app', frame('headers', 1, 4 | endStream)],
    ],
    [1, 1, 0],
  ],
  [
    'trailers of a request begin nothing',
    [
      ['daprd', preface, frame('headers', 1, 4), frame('headers', 1, 4 | endStream)],
      ['app', frame('data', 1, endStream)],
      ['daprd', frame('headers', 1, 4 | endStream)],
    ],
    [1, 0, 0],
  ],
  [
    'several at a time, in any order',
    [
      ['daprd', preface, ...request(1), ...request(3), ...request(5)],
      ['app', frame('headers', 3, 5)],
      ['app', frame('headers', 1, 5), frame('headers', 5, 5, 0)],
    ],
    [3, 2, 0],
  ],
  [
    'daprd gives one up',
    [
      ['daprd', preface, ...request(1)],
      ['daprd', frame('reset', 1, 0, 4)],
    ],
    [1, 0],
  ],
  [
    'the app refuses one',
    [
      ['daprd', preface, ...request(1)],
      ['app', frame('reset', 1, 0, 4)],
    ],
    [1, 0],
  ],
  [
    'flags of other frames end nothing: an acknowledged ping has the same bit',
    [
      ['daprd', preface, ...request(1)],
      ['app', frame('ping', 1, endStream, 8), frame('continuation', 1, endStream)],
    ],
    [1, 1],
  ],
  ['what is no HTTP/2 has no streams', [['daprd', Buffer.from('GET / HTTP/1.1\r\n\r\n'), ...request(1)]], [0]],
];

describe('open streams of HTTP/2', () => {
  for (const [what, said, open] of cases)
    for (const pieceBytes of [Number.POSITIVE_INFINITY, 1, 7, 10])
      it(`${what}, in pieces of ${pieceBytes}`, () => expect(openAfter(said, pieceBytes)).to.deep.equal(open));

  it('end with their connection', () => {
    const closed: number[] = [];
    const streams = new OpenStreams({ opened: () => undefined, closed: (count) => closed.push(count) });
    streams.daprdSays(Buffer.concat([preface, ...request(1), ...request(3)]));
    streams.end();
    streams.end();
    expect(closed).to.deep.equal([2]);
  });
});
