import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import tls from 'node:tls';
import { type Connect, connectTo } from '../../../proxy/channel/connect.ts';
import { openTempFolder } from '../temp-folder.ts';
import { WireServer } from './raw-connection.ts';
import { Relay } from './stage.ts';

export interface Certificate {
  readonly key: Buffer;
  readonly cert: Buffer;
}

/** One that nobody signed. For `before` hooks: skips the suite where openssl is missing, and fails it where CI is set. */
export const makeCertificate = (context: Mocha.Context): Certificate => {
  const folder = openTempFolder();
  const [keyFile, certFile] = [join(folder.path, 'key.pem'), join(folder.path, 'cert.pem')];
  const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  try {
    execFileSync('openssl', [...request, '-subj', '/CN=app', '-keyout', keyFile, '-out', certFile], { stdio: 'pipe' });
    return { key: readFileSync(keyFile), cert: readFileSync(certFile) };
  } catch (error) {
    const sentence = `TLS to the app is left out, because openssl cannot make a certificate: ${String(error)}`;
    if (process.env['CI']) throw new Error(sentence);
    process.stderr.write(`${sentence}\n`);
    return context.skip();
  } finally {
    folder.remove();
  }
};

/** A relay to an app that speaks TLS. */
export const openTlsRelay = async (certificate: Certificate): Promise<Relay> => {
  const app = new WireServer(tls.createServer({ ...certificate }), 'secureConnection');
  let open: Connect = () => new net.Socket();
  const opened = await Relay.open({ app, connect: (read) => open(read) });
  open = await connectTo({ host: '127.0.0.1', port: app.port, isTls: true, protocol: 'https' });
  return opened;
};
