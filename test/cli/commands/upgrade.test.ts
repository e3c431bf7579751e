import { expect } from 'chai';
import { inject } from '../../support/cli/daps.ts';
import { type Fixture, readFixtures } from '../../support/cli/golden.ts';

const [older, newer] = ['9.8.7-older', '9.8.8-newer'];
const fixtures = readFixtures('inject');

const injectedBy = (version: string, { input, flags, config }: Fixture): string =>
  inject(input, flags, config, version).outputs[0] ?? '';

/** Helm cannot upgrade a Job whose pod template changes, and a Deployment whose template changes replaces its pods. */
describe('an upgrade of daps', () => {
  for (const fixture of fixtures)
    it(`changes the sidecar's image in ${fixture.name}, and no other byte`, () => {
      const before = injectedBy(older, fixture);
      expect(before.replaceAll(`daps/daps-sidecar:${older}`, `daps/daps-sidecar:${newer}`)).to.equal(
        injectedBy(newer, fixture),
      );
    });

  it('changes no byte of workloads that have no sidecar, or an image of their own', () => {
    const same = fixtures.filter((fixture) => injectedBy(older, fixture) === injectedBy(newer, fixture));
    expect(same.map(({ name }) => name)).to.include.members([
      'dapr-no-app-port',
      'inline-cronjob-without-app-port',
      'kind-cronjob-without-app-port',
      'settings-image-by-flag',
    ]);
  });

  it('leaves what an older version wrote there as it is', () => {
    const fixture = fixtures.find(({ name }) => name === 'kind-cronjob-without-app-port');
    expect(fixture).not.to.equal(undefined);
    if (fixture === undefined) return;
    const before = injectedBy(older, fixture);
    expect(before).not.to.equal(fixture.input);
    expect(injectedBy(newer, { ...fixture, input: before })).to.equal(before);
  });
});
