import { expect } from 'chai';
import { readConfig } from '../../proxy/config.ts';
import { env } from '../../proxy/contract/names.ts';

const least = { [env.appPort]: '8080', [env.readyProbe]: 'tcp://127.0.0.1:8080' };

const problemsOf = (environment: Readonly<Record<string, string>>): readonly string[] => {
  const config = readConfig(environment);
  return config.ok ? [] : config.error;
};

describe('readConfig()', () => {
  it('needs an app-port and a probe, and has the defaults of the annotations', () => {
    const config = readConfig(least);
    if (!config.ok) throw new Error(config.error.join('\n'));
    expect(config.value).to.deep.include({
      app: { host: '127.0.0.1', port: 8080, isTls: false, protocol: 'http' },
      ready: { kind: 'tcp', host: '127.0.0.1', port: 8080 },
      readyTimeoutMs: 120_000,
      preStopDelayMs: 5000,
      hasAppHook: true,
      callerDelayMs: 22_000,
      gracePeriodMs: 30_000,
      drainReserveMs: 5000,
      giveBackAfterMs: 30_000,
      redelivery: 'certain',
      replays: 2,
      channelPort: 9696,
      controlPort: 9697,
    });
  });

  const probes: readonly (readonly [string, object])[] = [
    ['http://127.0.0.1:8080/healthz?x=1', { kind: 'http', headers: {} }],
    ['http://127.0.0.1:80/', { kind: 'http', headers: {} }],
    ['https://[::1]:8443/ready', { kind: 'http', headers: {} }],
    ['tcp://[::1]:8080', { kind: 'tcp', host: '::1', port: 8080 }],
    ['grpc://127.0.0.1:9090/my.Service', { kind: 'grpc', host: '127.0.0.1', port: 9090, service: 'my.Service' }],
    ['grpc://127.0.0.1:9090/', { kind: 'grpc', host: '127.0.0.1', port: 9090, service: '' }],
  ];
  for (const [url, probe] of probes)
    it(`reads the probe ${url}`, () => {
      const config = readConfig({ ...least, [env.readyProbe]: url });
      if (!config.ok) throw new Error(config.error.join('\n'));
      expect(config.value.ready).to.deep.include(probe);
    });

  it('reads a sleep hook and headers', () => {
    const config = readConfig({ ...least, [env.appPreStop]: 'sleep:10s', [env.readyHeaders]: '{"X-A":"b"}' });
    if (!config.ok) throw new Error(config.error.join('\n'));
    expect(config.value.appPreStop).to.deep.equal({ kind: 'sleep', ms: 10_000 });
  });

  it('accepts a port of the sidecar on another host for the app, and headers of any script', () => {
    expect(problemsOf({ ...least, [env.appHost]: '10.0.0.7', [env.appPort]: '9696' })).to.deep.equal([]);
    expect(problemsOf({ ...least, [env.readyHeaders]: '{"X-A":"grün\\t✓"}' })).to.deep.equal([]);
  });

  it('names everything that is wrong, and what to do', () => {
    const wrong = {
      ...least,
      [env.appPort]: '70000',
      [env.preStopDelay]: 'soon',
      [env.replays]: '-1',
      [env.daprd]: 'x',
    };
    const end = 'daps inject writes it: render the manifests again.';
    expect(problemsOf(wrong)).to.deep.equal([
      `DAPS_APP_PORT is "70000"; it must be a port from 1 to 65535. ${end}`,
      `DAPS_PRE_STOP_DELAY is "soon"; it must be a duration such as "5s" or "1m30s". ${end}`,
      `DAPS_REPLAYS is "-1"; it must be a whole number. ${end}`,
      `DAPS_DAPRD is "x"; it must be one of injector, inline. ${end}`,
    ]);
  });

  const bad: readonly (readonly [string, string])[] = [
    [env.readyProbe, 'ftp://127.0.0.1/'],
    [env.readyProbe, 'nonsense'],
    [env.readyHeaders, '{"a":1}'],
    [env.readyHeaders, '{'],
    [env.appPreStop, 'grpc://127.0.0.1:1/'],
    [env.appPreStop, 'sleep:long'],
    [env.busyUrl, 'not a url'],
    [env.readyProbe, 'tcp://127.0.0.1'],
    [env.readyProbe, 'tcp:///8080'],
    [env.readyProbe, 'http://127.0.0.1:0/'],
    [env.readyProbe, 'grpc://127.0.0.1:9090/%'],
    [env.readyProbe, 'grpc://127.0.0.1:9090/%ff'],
    [env.readyProbe, 'sleep:1s'],
    [env.readyHeaders, '["a"]'],
    [env.readyHeaders, 'null'],
    [env.readyHeaders, '{"X-A":"b\\nc"}'],
    [env.readyHeaders, '{"X A":"b"}'],
    [env.readyHeaders, '{"":"b"}'],
    [env.appPreStopHeaders, '{"X-A":"b\\u0000"}'],
    [env.busyUrl, 'tcp://127.0.0.1:8080'],
    [env.appPort, '9696'],
    [env.appPort, '9697'],
    [env.controlPort, '9696'],
    [env.logLevel, 'loud'],
    [env.appProtocol, 'HTTP'],
  ];
  for (const [name, text] of bad)
    it(`refuses ${name}=${text}`, () => {
      expect(problemsOf({ ...least, [name]: text }).join()).to.match(new RegExp(`^${name} is `));
    });
});
