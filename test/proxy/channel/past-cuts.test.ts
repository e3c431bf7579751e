import { expect } from 'chai';
import { fingerprintOf, PastCuts } from '../../../proxy/channel/past-cuts.ts';

const requestOf = (body: string, length = body.length, trace = 'a'): Buffer =>
  Buffer.from(`POST /orders HTTP/1.1\r\ntraceparent: ${trace}\r\ncontent-length: ${length}\r\n\r\n${body}`);

describe('PastCuts', () => {
  it('remembers how often, until it is answered', () => {
    const cuts = new PastCuts();
    expect(cuts.of('a')).to.equal(0);
    cuts.remember('a', 1);
    cuts.remember('a', 2);
    cuts.remember('b', 1);
    cuts.forget('b');
    expect([cuts.of('a'), cuts.of('b')]).to.deep.equal([2, 0]);
  });

  it('forgets the one that was cut longest ago when there are more than 256', () => {
    const cuts = new PastCuts();
    for (let index = 0; index < 256; index += 1) cuts.remember(String(index), 1);
    cuts.remember('0', 2);
    cuts.remember('new', 1);
    expect([cuts.of('0'), cuts.of('1'), cuts.of('2'), cuts.of('new')]).to.deep.equal([2, 0, 1, 1]);
  });
});

describe('fingerprintOf()', () => {
  const body = 'b'.repeat(5000);
  const same = fingerprintOf('/orders', [requestOf(body)]);

  it('is the same with another trace, and however it is split', () => {
    const request = requestOf(body, body.length, 'another');
    const pieces = Array.from({ length: Math.ceil(request.length / 7) }, (_, at) =>
      request.subarray(7 * at, 7 * at + 7),
    );
    expect([fingerprintOf('/orders', [request]), fingerprintOf('/orders', pieces)]).to.deep.equal([same, same]);
  });

  it('differs with the route, the length, and the begin of the body', () => {
    const others = [
      fingerprintOf('/other', [requestOf(body)]),
      fingerprintOf('/orders', [requestOf(body, 5001)]),
      fingerprintOf('/orders', [requestOf(`c${body.slice(1)}`)]),
    ];
    expect(new Set([same, undefined, ...others]).size).to.equal(5);
  });

  it('takes a short body that is there as a whole, and chunks by their begin', () => {
    expect(fingerprintOf('/orders', [requestOf('abc')])).to.not.equal(undefined);
    const chunks = Buffer.from(`POST /orders HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n1388\r\n${body}`);
    expect(fingerprintOf('/orders', [chunks])).to.include('chunks');
  });

  for (const [what, chunks] of [
    ['a head', [Buffer.from('POST /orders HTTP/1.1\r\ncontent-le')]],
    ['a body', [requestOf('abc', 5000)]],
    ['anything', []],
  ] as const)
    it(`is undefined if too little of ${what} has arrived`, () => {
      expect(fingerprintOf('/orders', chunks)).to.equal(undefined);
    });
});
