import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Workbench } from '../support/cli/sandbox.ts';

/** A certificate and its private key, both PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

const authority = ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign,cRLSign'];
const aKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** Makes authorities as a platform team does, with openssl, in a folder of a workbench. */
export class Authorities {
  readonly #bench: Workbench;

  constructor(bench: Workbench) {
    this.#bench = bench;
  }

  #openssl(...args: readonly string[]): void {
    execFileSync('openssl', args, { cwd: this.#bench.folder, stdio: 'pipe' });
  }

  #read(name: string): KeyPair {
    const text = (ending: string): string => readFileSync(join(this.#bench.folder, `${name}.${ending}`), 'utf8');
    return { certificate: text('crt'), key: text('key') };
  }

  /** One that signs itself. */
  root(name: string): KeyPair {
    const extensions = authority.flatMap((one) => ['-addext', one]);
    const out = ['-keyout', `${name}.key`, '-out', `${name}.crt`];
    this.#openssl('req', '-x509', ...aKey, '-days', '365', '-subj', `/O=${name}`, ...extensions, ...out);
    return this.#read(name);
  }

  /** One that a root has signed, for sentry to sign pods' certificates with. */
  issuer(name: string, root: string): KeyPair {
    this.#openssl('req', ...aKey, '-subj', `/O=${name}`, '-keyout', `${name}.key`, '-out', `${name}.csr`);
    this.#bench.write(`${name}.cnf`, `${authority.join('\n')}\n`);
    const signer = ['-CA', `${root}.crt`, '-CAkey', `${root}.key`, '-CAcreateserial', '-days', '365'];
    this.#openssl('x509', '-req', '-in', `${name}.csr`, ...signer, '-extfile', `${name}.cnf`, '-out', `${name}.crt`);
    return this.#read(name);
  }
}
