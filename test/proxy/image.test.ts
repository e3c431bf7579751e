import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { controlPort, env, selfShutdownCommand } from '../../proxy/contract/names.ts';
import { Workbench } from '../support/cli/sandbox.ts';
import { takePort } from '../support/pod/own-ports.ts';
import { root } from '../support/sources.ts';

const dockerfile = readFileSync(join(root, 'proxy/Dockerfile'), 'utf8');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly devDependencies: Readonly<Record<string, string>>;
};
const sidecar = join(root, 'dist/daps-sidecar.mjs');

describe("the sidecar's image", () => {
  const [program, file] = selfShutdownCommand;
  const final = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '));

  it('has the file that the preStop hook runs, and a PATH that finds its program', () => {
    expect(final).to.include(`COPY dist/daps-sidecar.mjs ${file}\n`);
    expect(final).to.match(/ENV PATH=\/usr\/local\/bin\b/);
    expect(dockerfile).to.include(`/image/usr/local/bin/${program}`);
    expect(final).to.match(new RegExp(`ENTRYPOINT \\["${program}", .*"${file}"\\]`));
  });

  it('has no shell and runs as a number that is not root, as runAsNonRoot wants it', () => {
    expect(final).to.match(/^\nFROM scratch\n/);
    expect(final).to.match(/\nUSER [1-9]\d*:[1-9]\d*\n/);
    expect(final).to.include(`EXPOSE ${controlPort}\n`);
  });

  it('has the Node that the tests run on', () => {
    expect(dockerfile).to.include(`FROM node:${manifest.devDependencies['node']}-`);
  });
});

describe('dist/daps-sidecar.mjs', () => {
  const bench = new Workbench();
  after(() => bench.dispose());

  it('says all that is wrong with its environment, and exits with 2', async () => {
    const environment = { [env.appPort]: '0', [env.readyProbe]: 'tcp://127.0.0.1:1', [env.replays]: 'x' };
    const { code, stdout, stderr } = await bench.run(process.execPath, [sidecar], { env: environment });
    expect({ code, stdout }).to.deep.equal({ code: 2, stdout: '' });
    expect(stderr.split('\n')).to.have.length(3);
    expect(stderr).to.match(/^daps: DAPS_APP_PORT is "0"; .*render the manifests again\.\ndaps: DAPS_REPLAYS is "x"/);
  });

  it('as the preStop hook without a sidecar: says so, and exits with 1', async () => {
    const environment = { [env.controlPort]: String(await takePort()) };
    const { code, stderr } = await bench.run(process.execPath, [sidecar, 'self-shutdown'], { env: environment });
    expect(code).to.equal(1);
    expect(stderr).to.match(/^daps: cannot tell the sidecar that the pod is going: no sidecar runs in/);
  });
});
