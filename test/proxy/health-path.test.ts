import { expect } from 'chai';
import { healthPathOf } from '../../proxy/health-path.ts';

/** What Go 1.26 asks for, printed by `http.NewRequest("GET", "http://127.0.0.1:9696" + …).URL.RequestURI()`. */
const asked: readonly (readonly [annotation: string, path: string])[] = [
  ['/healthz', '/healthz'],
  ['healthz', '/healthz'],
  ['', '/'],
  ['/', '/'],
  ['//healthz', '//healthz'],
  ['/hc?deep=1', '/hc'],
  ['hc?a=b?c#d', '/hc'],
  ['/hc#part', '/hc'],
  ['/health check', '/health%20check'],
  ['/health%20check', '/health%20check'],
  ['/a%2fb', '/a%2fb'],
  ['/a%2fb c', '/a/b%20c'],
  ['/gesund/ä', '/gesund/%C3%A4'],
  ['/a|b', '/a%7Cb'],
  ['/a^b{}"', '/a%5Eb%7B%7D%22'],
  ["/a!$&'()*,:@=~[]+;", "/a!$&'()*,:@=~[]+;"],
  ['/a/../b', '/a/../b'],
];

describe('the path of an app health check, as daprd asks for it', () => {
  for (const [annotation, path] of asked)
    it(`"${annotation}" is ${path}`, () => expect(healthPathOf(annotation)).to.equal(path));
});
