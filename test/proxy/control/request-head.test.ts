import { expect } from 'chai';
import { readHead } from '../../../proxy/control/request-head.ts';

describe('the head of a request to the control port', () => {
  const long = 'x'.repeat(10_000);
  const heads: readonly (readonly [string, string, object | string])[] = [
    [
      'the kubelet',
      'GET /livez HTTP/1.1\r\nHost: 10.0.0.1:9697\r\nUser-Agent: kube-probe/1.36\r\n\r\n',
      { method: 'GET', path: '/livez' },
    ],
    ['HTTP/1.0 without a header', 'GET /metrics HTTP/1.0\r\n\r\n', { method: 'GET', path: '/metrics' }],
    ['bare line feeds', 'GET /livez HTTP/1.1\nHost: a\n\n', { method: 'GET', path: '/livez' }],
    ['a query', 'HEAD /livez?a=1?b HTTP/1.1\r\n\r\n', { method: 'HEAD', path: '/livez' }],
    ['half a line', 'GET /liv', 'incomplete'],
    ['half a head', 'GET /livez HTTP/1.1\r\nHost: a\r\n', 'incomplete'],
    ['nothing', '', 'incomplete'],
    ['a long line', `GET /${long}`, 'too-long'],
    ['a long header', `GET /livez HTTP/1.1\r\nA: ${long}`, 'too-long'],
    ['a long header that ends', `GET /livez HTTP/1.1\r\nA: ${long}\r\n\r\n`, 'too-long'],
    ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'no-http'],
    ['TLS', '\u0016\u0003\u0001\u0002\n', 'no-http'],
    ['the form of proxies', 'GET http://127.0.0.1:9697/livez HTTP/1.1\r\n\r\n', 'no-http'],
    ['a control character', 'GET /liv\u0000ez HTTP/1.1\r\n\r\n', 'no-http'],
    ['an empty line', '\r\nGET /livez HTTP/1.1\r\n\r\n', 'no-http'],
  ];
  for (const [name, text, head] of heads)
    it(`of ${name}`, () => {
      expect(readHead(text)).to.deep.equal(head);
    });
});
