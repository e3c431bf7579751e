import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';
import { injected } from '../../support/cli/daps.ts';
import { expectedText, readFixtures } from '../../support/cli/golden.ts';
import {
  containersOf,
  isRestricted,
  refusal,
  restrictedAgainst,
  type SecuredContainer,
  type SecuredPod,
} from '../../support/pod/pod-security.ts';
import { root } from '../../support/sources.ts';

const [, imageUser = ''] = /^USER (\d+):/m.exec(readFileSync(join(root, 'proxy/Dockerfile'), 'utf8')) ?? [];

/** What is wrong with the sidecar in a pod: the kubelet refuses it, or "restricted" does where it took the pod before. */
const wrongWith = (before: SecuredPod, after: SecuredPod): readonly string[] => {
  const daps = containersOf(after).find(({ name }) => name === 'daps');
  if (daps === undefined) return ['there is no sidecar'];
  const refused = refusal(after, daps, Number(imageUser));
  return [...(refused === undefined ? [] : [refused]), ...(isRestricted(before) ? restrictedAgainst(after, daps) : [])];
};

const fixtures = readFixtures('inject').filter(({ name }) => name.startsWith('security-'));

describe("the sidecar's security context", () => {
  it('there is a golden for every context', () => expect(fixtures.length).to.be.at.least(18));

  for (const fixture of fixtures) {
    it(`starts in ${fixture.name}`, () => {
      const after = parse(expectedText(fixture)) as SecuredPod;
      expect(wrongWith(parse(fixture.input) as SecuredPod, after)).to.deep.equal([]);
    });
  }

  it('two of them are pods that "restricted" takes', () => {
    const restricted = fixtures.filter(({ input }) => isRestricted(parse(input) as SecuredPod));
    expect(restricted.map(({ name }) => name)).to.deep.equal([
      'security-restricted-containers',
      'security-restricted-pod',
    ]);
  });

  const profiles = [undefined, { type: 'RuntimeDefault' }, { type: 'Localhost', localhostProfile: 'app.json' }];
  const ofContainers = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };

  it('starts under every user, policy and profile of the pod and of the app', () => {
    let restricted = 0;
    for (const runAsUser of [undefined, 0, 1000])
      for (const runAsNonRoot of [undefined, false, true])
        for (const podProfile of [...profiles, { type: 'Unconfined' }])
          for (const appProfile of profiles) {
            const app: SecuredContainer = {
              name: 'app',
              securityContext: {
                ...ofContainers,
                runAsNonRoot: true,
                ...(appProfile && { seccompProfile: appProfile }),
              },
            };
            const securityContext = {
              ...(runAsUser === undefined ? {} : { runAsUser }),
              ...(runAsNonRoot === undefined ? {} : { runAsNonRoot }),
              ...(podProfile && { seccompProfile: podProfile }),
            };
            const pod: SecuredPod = { spec: { securityContext, containers: [app] } };
            const annotations = { 'dapr.io/enabled': 'true', 'dapr.io/app-id': 'a', 'dapr.io/app-port': '80' };
            const manifest = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', annotations }, ...pod };
            const after = JSON.parse(injected(JSON.stringify(manifest))) as SecuredPod;
            expect(wrongWith(pod, after), JSON.stringify(pod)).to.deep.equal([]);
            if (isRestricted(pod)) restricted += 1;
          }
    expect(restricted).to.be.greaterThan(10);
  });
});
