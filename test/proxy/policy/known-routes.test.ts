import { expect } from 'chai';
import { listenTo } from '../../../proxy/channel/answer-listener.ts';
import {
  type HeardRoutes,
  knownRoutes,
  nothingHeard,
  readMetadata,
  readSubscribeAnswer,
} from '../../../proxy/policy/known-routes.ts';
import { routePathsOf } from '../../../proxy/policy/route-path.ts';

const subscribeAnswer = JSON.stringify([
  { pubsubname: 'p', topic: 'a', route: '/a' },
  { pubsubname: 'p', topic: 'b', route: 'b', bulkSubscribe: { enabled: true } },
  { pubsubname: 'p', topic: 'c', routes: { rules: [{ match: 'x', path: '/c1' }, null, 7], default: '/c2' } },
  { pubsubname: 'p', topic: 'd' },
  null,
]);

const metadata = JSON.stringify({
  subscriptions: [
    { topic: 'a', type: 'PROGRAMMATIC', rules: [{ path: '/a' }] },
    { topic: 'e', type: 'DECLARATIVE', rules: [{ match: 'x', path: '/e1' }, { path: '/e2' }] },
    { topic: 's', type: 'STREAMING' },
  ],
  components: [
    { name: 'queue', type: 'bindings.rabbitmq', capabilities: ['INPUT_BINDING', 'OUTPUT_BINDING'] },
    { name: 'mail', type: 'bindings.smtp', capabilities: ['OUTPUT_BINDING'] },
    { name: 'settings', type: 'configuration.redis', capabilities: [] },
    { type: 'bindings.cron' },
  ],
});

const heard = (news: Partial<HeardRoutes>): HeardRoutes => ({ ...nothingHeard, isMetadataCurrent: true, ...news });

describe('routes', () => {
  const routes: readonly (readonly [string, readonly string[]])[] = [
    ['orders', ['/orders']],
    ['/orders', ['/orders']],
    ['/orders/', ['/orders/', '/orders']],
    ['//a/./b/../c', ['//a/./b/../c', '/a/c']],
    ['../a', ['/../a', '/a']],
    ['/new orders?x=1', ['/new%20orders']],
    ['', ['/']],
  ];
  for (const [route, paths] of routes)
    it(`${JSON.stringify(route)} is requested as ${paths.join(' or ')}`, () => {
      expect(routePathsOf(route)).to.deep.equal(paths);
    });

  it("are read from the app's answer to daprd", () => {
    const { subscriptions, bulks } = readSubscribeAnswer(subscribeAnswer) ?? {};
    expect([...(subscriptions ?? [])]).to.deep.equal(['/a', '/b', '/c2', '/c1']);
    expect([...(bulks ?? [])]).to.deep.equal(['/b']);
    expect(readSubscribeAnswer('')?.subscriptions.size, 'an empty answer').to.equal(0);
    expect(readSubscribeAnswer('<html>'), 'no JSON').to.equal(undefined);
    expect(readSubscribeAnswer('{}'), 'no list').to.equal(undefined);
  });

  it("are read from daprd's metadata", () => {
    const told = readMetadata(metadata);
    expect([...(told?.programmatic ?? [])]).to.deep.equal(['/a']);
    expect([...(told?.declarative ?? [])]).to.deep.equal(['/e1', '/e2']);
    expect(told?.inputBindings).to.deep.equal(['queue']);
    expect([...(told?.configurationStores ?? [])]).to.deep.equal(['settings']);
    expect(readMetadata('null')).to.equal(undefined);
    expect(readMetadata('<html>')).to.equal(undefined);
  });

  it('of declarative subscriptions may get bulks, and those of the app if daps did not see its answer', () => {
    const told = readMetadata(metadata);
    const subscribe = readSubscribeAnswer(subscribeAnswer);
    expect([...knownRoutes(heard({ metadata: told, subscribe })).bulks]).to.deep.equal(['/b', '/e1', '/e2']);
    expect([...knownRoutes(heard({ metadata: told })).bulks]).to.deep.equal(['/a', '/e1', '/e2']);
  });

  it('of bindings are those that the app accepts, and the names of those that daprd did not ask for', () => {
    const told = { ...readMetadata('{}'), inputBindings: ['queue', 'timer'] } as HeardRoutes['metadata'];
    const asked = (options: readonly (readonly [string, boolean])[], seen: readonly string[] = []) => {
      const known = knownRoutes(heard({ metadata: told, options: new Map(options), seen: new Set(seen) }));
      return [[...known.bindings].join(' '), known.isComplete ? 'all known' : 'not all known'];
    };
    expect(
      asked([
        ['/queue', true],
        ['/timer', false],
      ]),
    ).to.deep.equal(['/queue', 'all known']);
    expect(
      asked([
        ['/queue', true],
        ['/other', true],
      ]),
      'a route of its own',
    ).to.deep.equal(['/queue /other', 'all known']);
    expect(asked([['/queue', true]]), 'direction: input').to.deep.equal(['/queue /timer', 'not all known']);
    expect(asked([['/queue', true]], ['/timer']), 'and something came there').to.deep.equal([
      '/queue /timer',
      'all known',
    ]);
  });

  it('are not all known before daprd has listed them', () => {
    const told = readMetadata('{}');
    expect(knownRoutes(nothingHeard).isComplete).to.equal(false);
    expect(knownRoutes(heard({ metadata: told, isMetadataCurrent: false })).isComplete).to.equal(false);
    expect(knownRoutes(heard({ metadata: told })).isComplete).to.equal(true);
  });
});

describe('listenTo()', () => {
  const heardOf = (...chunks: readonly string[]): string => {
    let found = 'nothing';
    const listener = listenTo((status, body) => {
      found = `${status} ${body}`;
    });
    listener.restart();
    for (const chunk of chunks) listener.add(Buffer.from(chunk));
    listener.ended(200);
    return found;
  };
  it('reads an answer with a length, in chunks, and split anywhere', () => {
    expect(heardOf('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]')).to.equal('200 []');
    expect(
      heardOf('HTTP/1.1 200 OK\r\nTransfer-', 'Encoding: chunked\r\n\r\n1;x\r\n[\r\n0', '1\r\n]\r\n0\r\n\r\n'),
    ).to.equal('200 []');
    expect(heardOf('HTTP/1.1 200 OK\r\n\r\n')).to.equal('200 ');
  });

  it('reads no answer that is compressed or too long', () => {
    expect(heardOf('HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx')).to.equal(
      '200 undefined',
    );
    const long = 'x'.repeat(600_000);
    expect(heardOf('HTTP/1.1 200 OK\r\n\r\n', long, long)).to.equal('200 undefined');
  });

  it('begins again with a request that is sent again', () => {
    const bodies: (string | undefined)[] = [];
    const listener = listenTo((_, body) => bodies.push(body));
    listener.add(Buffer.from('HTTP/1.1 200 OK\r\n\r\nhalf'));
    listener.restart();
    listener.add(Buffer.from('HTTP/1.1 200 OK\r\n\r\nwhole'));
    listener.ended(200);
    expect(bodies).to.deep.equal(['whole']);
  });
});
