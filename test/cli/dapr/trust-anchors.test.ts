import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { runProgram } from '../../../cli/program.ts';
import { processShell } from '../../../cli/shell/process-shell.ts';
import { root } from '../../support/sources.ts';

const pem = readFileSync(join(root, 'fixtures/certificates/root.pem'), 'utf8');
const expired = readFileSync(join(root, 'fixtures/certificates/expired.pem'), 'utf8');
const manifest = readFileSync(join(root, 'fixtures/inject/inline/input.yaml'));

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

describe('trust anchors', () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'daps-anchors-'));
    writeFileSync(join(folder, 'ca.crt'), pem);
    writeFileSync(join(folder, 'old.crt'), expired);
    writeFileSync(join(folder, 'latin1.crt'), Buffer.from([0x63, 0xe9, 0x0a]));
  });
  after(() => rmSync(folder, { recursive: true }));

  const daps = async (
    args: readonly string[],
    environment: Readonly<Record<string, string>> = {},
    nowMs = Date.parse('2026-11-21'),
  ): Promise<Ran> => {
    let [stdout, stderr] = ['', ''];
    const shell = {
      ...processShell('0.0.0-test', '', manifest),
      folder,
      environment,
      writeStdout: (text: string) => {
        stdout += text;
      },
      writeStderr: (text: string) => {
        stderr += text;
      },
      now: () => nowMs,
    };
    return { code: await runProgram(shell, ['inject', '--dapr-version=1.18.1', ...args]), stdout, stderr };
  };
  const escaped = JSON.stringify(pem);

  it('come from a file, a variable or the text itself, and are the same', async () => {
    const byFlag = await daps([`--trust-anchors=${join(folder, 'ca.crt')}`]);
    expect(byFlag.code).to.equal(0);
    expect(byFlag.stdout).to.include(`value: ${escaped}`);
    expect((await daps([], { DAPS_TRUST_ANCHORS: join(folder, 'ca.crt') })).stdout).to.equal(byFlag.stdout);
    expect((await daps([], { DAPS_TRUST_ANCHORS: pem })).stdout).to.equal(byFlag.stdout);
  });

  it('in .daps.yaml, a file is looked for beside it', async () => {
    const config = join(folder, 'settings.yaml');
    writeFileSync(config, 'trustAnchors: ca.crt\n');
    expect((await daps([`--config=${config}`])).stdout).to.include(`value: ${escaped}`);
  });

  it('in a ConfigMap they are named, in every spelling alike', async () => {
    const config = join(folder, 'settings.yaml');
    writeFileSync(config, 'trustAnchors:\n  configMap: dapr-trust-bundle\n');
    const byFile = await daps([`--config=${config}`]);
    expect(byFile.stdout).to.match(/configMapKeyRef:\s+name: "dapr-trust-bundle"\s+key: "ca.crt"/);
    expect((await daps(['--trust-anchors=configMap:dapr-trust-bundle'])).stdout).to.equal(byFile.stdout);
  });

  it('that are missing or no text are errors, and nothing is printed', async () => {
    for (const [file, code] of [
      ['none.crt', 'unreadable-file'],
      ['latin1.crt', 'not-utf8'],
    ] as const) {
      const { code: exit, stdout, stderr } = await daps([`--trust-anchors=${join(folder, file)}`]);
      expect(exit).to.be.oneOf([2, 3]);
      expect(stdout).to.equal('');
      expect(stderr).to.include(`error[${code}]`);
    }
  });

  it('stdout is the same on every day; stderr says what has expired', async () => {
    const args = [`--trust-anchors=${join(folder, 'old.crt')}`];
    const then = await daps(args, {}, Date.parse('2020-06-01'));
    const soon = await daps(args, {}, Date.parse('2020-12-20'));
    const now = await daps(args);
    expect(then.stderr).not.to.include('trust-anchor');
    expect(soon.stderr).to.include('warning[expiring-trust-anchor]').and.to.include('in 12 days');
    expect(now.stderr).to.include('warning[expired-trust-anchor]').and.to.include('expired on 2021-01-01');
    expect([soon.stdout, now.stdout]).to.deep.equal([then.stdout, then.stdout]);
    expect([then.code, soon.code, now.code]).to.deep.equal([0, 0, 0]);
  });

  it('are silent where no workload uses them', async () => {
    const { stderr } = await daps([`--trust-anchors=${join(folder, 'old.crt')}`, '--daprd=injector']);
    expect(stderr).not.to.include('trust-anchor');
  });
});
