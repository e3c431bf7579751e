import { X509Certificate } from 'node:crypto';
import type { Certificate } from './shell.ts';

/** Reads one PEM block with OpenSSL; undefined where it is no certificate. */
export const inspectCertificate = (pem: string): Certificate | undefined => {
  try {
    const { subject, validTo, serialNumber } = new X509Certificate(pem);
    return {
      subject: subject?.replaceAll('\n', ', ') || `serial number ${serialNumber}`,
      validToMs: Date.parse(validTo),
    };
  } catch {
    return undefined;
  }
};
