import { once } from 'node:events';
import http from 'node:http';
import http2 from 'node:http2';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { expect } from 'chai';
import { type Daprd, daprdClient } from '../../../proxy/adapters/daprd.ts';
import { eventually } from '../../support/eventually.ts';
import { takePort } from '../../support/pod/own-ports.ts';
import { openTempFolder } from '../../support/temp-folder.ts';

interface Parked {
  readonly path: string;
  readonly bytes: Buffer;
  readonly hasEnded: () => boolean;
}

/** daprd's two APIs as far as the sidecar uses them. */
class ApiStage {
  readonly posts: { readonly path: string; readonly headers: http.IncomingHttpHeaders }[] = [];
  readonly parked: Parked[] = [];
  readonly http: http.Server;
  readonly grpc: http2.Http2Server;
  outboundStatus = 204;
  postStatus = 204;
  /** What it answers over gRPC; undefined: nothing. */
  grpcStatus: string | undefined;
  readonly called: http2.IncomingHttpHeaders[] = [];
  metrics = '';
  readonly #sessions = new Set<http2.ServerHttp2Session>();

  constructor() {
    this.http = http.createServer((request, response) => {
      if (request.method === 'GET') {
        const isMetrics = request.url === '/';
        response.writeHead(isMetrics ? 200 : this.outboundStatus).end(isMetrics ? this.metrics : undefined);
        return;
      }
      this.posts.push({ path: request.url ?? '', headers: request.headers });
      response.writeHead(request.method === 'POST' ? this.postStatus : 405).end();
    });
    this.grpc = http2.createServer();
    this.grpc.on('session', (session) => {
      this.#sessions.add(session);
      session.on('close', () => this.#sessions.delete(session));
    });
    this.grpc.on('stream', (stream, headers) => {
      let hasEnded = false;
      stream.on('error', () => {});
      stream.on('end', () => {
        hasEnded = true;
        this.called.push(headers);
        if (this.grpcStatus !== undefined)
          stream.respond(
            { ':status': 200, 'content-type': 'application/grpc', 'grpc-status': this.grpcStatus },
            { endStream: true },
          );
      });
      stream.once('data', (bytes: Buffer) =>
        this.parked.push({ path: String(headers[':path']), bytes, hasEnded: () => hasEnded }),
      );
    });
  }

  async listen(where: (kind: 'http' | 'grpc') => string | number): Promise<void> {
    for (const [kind, server] of [
      ['http', this.http],
      ['grpc', this.grpc],
    ] as const) {
      const at = where(kind);
      (server as Server).listen(typeof at === 'string' ? { path: at } : { port: at, host: '127.0.0.1' });
      await once(server, 'listening');
    }
  }

  /** What was sent over gRPC before has come by now: pings are answered in turn with it. */
  async roundTrip(): Promise<void> {
    const pings = [...this.#sessions].map((session) => new Promise((resolve) => session.ping(resolve)));
    await Promise.all(pings);
  }

  get openSessions(): number {
    return this.#sessions.size;
  }

  /** As grpc-go's GracefulStop begins. */
  goAway(): void {
    for (const session of this.#sessions) session.goaway(0, 2 ** 31 - 1);
  }

  close(): void {
    for (const session of this.#sessions) session.destroy();
    this.http.closeAllConnections();
    this.http.close();
    this.grpc.close();
  }
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

describe('daprd, as the sidecar asks it', () => {
  const folder = openTempFolder();
  let api: ApiStage;
  beforeEach(() => {
    api = new ApiStage();
  });
  afterEach(() => api.close());
  after(() => folder.remove());

  const overPorts = async (apiToken?: string): Promise<Daprd> => {
    await api.listen(() => 0);
    const [httpPort, grpcPort] = [portOf(api.http), portOf(api.grpc as unknown as Server)];
    const metricsPort = httpPort;
    return daprdClient({
      by: 'injector',
      httpPort,
      grpcPort,
      metricsPort,
      blocksShutdown: false,
      socketFolder: undefined,
      appId: 'orders',
      apiToken,
    });
  };

  it('ends at once with a header, gracefully without it', async () => {
    const daprd = await overPorts();
    expect(await daprd.shutdownAtOnce()).to.equal('taken');
    expect(await daprd.shutdownGracefully()).to.equal('taken');
    expect(api.posts.map(({ path }) => path)).to.deep.equal(['/v1.0/shutdown', '/v1.0/shutdown']);
    expect(api.posts.map(({ headers }) => headers['dapr-force-shutdown'])).to.deep.equal(['true', undefined]);
    expect(api.posts.map(({ headers }) => headers['dapr-api-token'])).to.deep.equal([undefined, undefined]);
  });

  it('gets its API token if it has one', async () => {
    const daprd = await overPorts('secret');
    await daprd.shutdownAtOnce();
    await daprd.shutdownGracefully();
    expect(api.posts.map(({ headers }) => headers['dapr-api-token'])).to.deep.equal(['secret', 'secret']);
  });

  it('gets the request over gRPC if its allowlist refuses HTTP, and may refuse both', async () => {
    const daprd = await overPorts('secret');
    api.postStatus = 404;
    api.grpcStatus = '0';
    expect(await daprd.shutdownAtOnce()).to.equal('taken');
    const [called] = api.called;
    expect(called?.[':path']).to.equal('/dapr.proto.runtime.v1.Dapr/Shutdown');
    expect(called?.['dapr-force-shutdown']).to.equal('true');
    expect(called?.['dapr-api-token']).to.equal('secret');
    api.grpcStatus = '12';
    expect(await daprd.shutdownAtOnce()).to.equal('refused');
    expect(await daprd.shutdownGracefully()).to.equal('refused');
  });

  it('ends by the parked call if it accepts no other call', async () => {
    const daprd = await overPorts();
    api.postStatus = 404;
    api.grpcStatus = '0';
    const parked = await daprd.park();
    api.goAway();
    await parked?.told;
    expect(api.called).to.deep.equal([]);
    expect(await daprd.shutdownAtOnce()).to.equal('taken');
    expect(api.called.map((headers) => headers['dapr-force-shutdown'])).to.deep.equal(['true']);
  });

  it('reports its metadata, or refuses that', async () => {
    const daprd = await overPorts();
    api.outboundStatus = 200;
    expect(await daprd.metadata()).to.deep.equal({ kind: 'told', json: '' });
    api.outboundStatus = 404;
    expect(await daprd.metadata()).to.deep.equal({ kind: 'refused', status: 404 });
    api.close();
    expect(await daprd.metadata()).to.deep.equal({ kind: 'unreachable' });
  });

  it('is freed of all its parked calls at once', async () => {
    const daprd = await overPorts();
    await daprd.park();
    await daprd.park();
    await eventually('both are parked', () => api.parked.length === 2);
    daprd.letGo();
    await eventually('both are let go', () => api.openSessions === 0);
  });

  it('says whether it is healthy but for the app', async () => {
    const daprd = await overPorts();
    expect(await daprd.isOutboundHealthy()).to.equal(true);
    api.outboundStatus = 500;
    expect(await daprd.isOutboundHealthy()).to.equal(false);
  });

  it('reports how often it was not healthy, on all of its ports, by its metrics', async () => {
    const daprd = await overPorts();
    const line = (labels: string, value: number): string =>
      `dapr_http_server_request_count{app_id="a",${labels}} ${value}`;
    api.metrics = [
      '# TYPE dapr_http_server_request_count counter',
      line('method="GET",path="/v1.0/healthz",status="500"', 40),
      line('method="GET",path="/v1.0/healthz",status="204"', 3),
      line('method="GET",path="/v1.0/healthz/outbound",status="500"', 5),
      line('method="POST",path="/v1.0/state",status="500"', 7),
      'dapr_http_server_latency_count{path="/v1.0/healthz",status="500"} 40',
    ].join('\n');
    expect(await daprd.unhealthyAnswers()).to.equal(40);
    api.metrics = line('method="",path="",status="500"', 2);
    expect(await daprd.unhealthyAnswers(), 'metrics without paths').to.equal(2);
    api.close();
    expect(await daprd.unhealthyAnswers(), 'nothing listens').to.equal(undefined);
  });

  it('parks no call at a port that accepts and closes', async () => {
    const closing = createServer((socket) => socket.end());
    await once(closing.listen(0, '127.0.0.1'), 'listening');
    const { port } = closing.address() as AddressInfo;
    const daprd = daprdClient({
      by: 'injector',
      httpPort: port,
      grpcPort: port,
      metricsPort: undefined,
      blocksShutdown: false,
      socketFolder: undefined,
      appId: 'orders',
      apiToken: undefined,
    });
    expect(await daprd.park()).to.equal(undefined);
    closing.close();
  });

  it('reports how often other apps have called, including methods of their own services', async () => {
    const daprd = await overPorts();
    const rpcs = (method: string, value: number): string =>
      `dapr_grpc_io_client_completed_rpcs{app_id="a",grpc_client_method="${method}",grpc_client_status="OK"} ${value}`;
    api.metrics = [
      '# TYPE dapr_grpc_io_client_completed_rpcs counter',
      rpcs('/dapr.proto.runtime.v1.AppCallback/OnTopicEvent', 40),
      rpcs('/dapr.proto.internals.v1.ServiceInvocation/CallLocal', 5),
      rpcs('/shop.Orders/Place', 2),
      'dapr_grpc_io_server_completed_rpcs{app_id="a",grpc_server_method="/shop.Prices/Get",grpc_server_status="OK"} 9',
      'dapr_runtime_service_invocation_req_recv_total{app_id="a",src_app_id="web"} 3',
      'dapr_runtime_service_invocation_req_sent_total{app_id="a",dst_app_id="web"} 8',
    ].join('\n');
    expect(await daprd.callsReceived()).to.equal(5);
    api.metrics = '';
    expect(await daprd.callsReceived(), 'none so far').to.equal(0);
    api.close();
    expect(await daprd.callsReceived(), 'nothing listens').to.equal(undefined);
  });

  it('holds a parked call: a method, the head of a message, and never its end', async () => {
    const daprd = await overPorts();
    const call = await daprd.park();
    await eventually('the call is parked', () => api.parked.length === 1);
    await api.roundTrip();
    const [parked] = api.parked;
    expect(parked?.path).to.equal('/dapr.proto.runtime.v1.Dapr/Shutdown');
    expect(parked?.bytes).to.deep.equal(Buffer.from([0, 0, 0, 0]));
    expect(parked?.hasEnded()).to.equal(false);
    call?.letGo();
    await call?.told;
  });

  it('tells a parked call that it ends, and the call keeps it', async () => {
    const daprd = await overPorts();
    const call = await daprd.park();
    await eventually('the call is parked', () => api.parked.length === 1);
    api.goAway();
    await call?.told;
    await api.roundTrip();
    expect(api.parked[0]?.hasEnded()).to.equal(false);
  });

  it('ends a parked call when it just dies', async () => {
    const daprd = await overPorts();
    const call = await daprd.park();
    api.close();
    await call?.told;
  });

  it('is gone when neither API listens', async () => {
    const daprd = await overPorts();
    expect(await daprd.isGone()).to.equal(false);
    api.http.close();
    api.http.closeAllConnections();
    expect(await daprd.isGone(), 'its gRPC API still listens').to.equal(false);
    api.close();
    expect(await daprd.isGone()).to.equal(true);
  });

  it('may be away: nothing throws', async () => {
    const [httpPort, grpcPort] = [await takePort(), await takePort()];
    const config = {
      by: 'inline',
      httpPort,
      grpcPort,
      metricsPort: httpPort,
      blocksShutdown: false,
      socketFolder: undefined,
      appId: 'orders',
      apiToken: undefined,
    } as const;
    const daprd = daprdClient(config);
    expect(await daprd.park()).to.equal(undefined);
    expect(await daprd.shutdownAtOnce()).to.equal('unreachable');
    expect(await daprd.shutdownGracefully()).to.equal('unreachable');
    expect(await daprd.isOutboundHealthy()).to.equal(false);
    expect(await daprd.unhealthyAnswers()).to.equal(undefined);
    expect(await daprd.callsReceived()).to.equal(undefined);
    expect(await daprd.isGone()).to.equal(true);
  });

  it('listens on unix sockets if the annotation says so', async () => {
    await api.listen((kind) => join(folder.path, `dapr-orders-${kind}.socket`));
    const config = {
      by: 'injector',
      httpPort: 1,
      grpcPort: 1,
      metricsPort: undefined,
      blocksShutdown: false,
      socketFolder: folder.path,
      appId: 'orders',
      apiToken: undefined,
    } as const;
    const daprd = daprdClient(config);
    expect(await daprd.park()).to.have.property('told');
    expect(await daprd.shutdownAtOnce()).to.equal('taken');
    expect(await daprd.isGone()).to.equal(false);
    api.close();
    expect(await daprd.isGone()).to.equal(true);
  });
});
