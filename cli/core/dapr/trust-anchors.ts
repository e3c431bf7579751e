import { fail, ok, type Result } from '../../../proxy/contract/result.ts';

/** What the setting `trust-anchors` names. */
export type AnchorSource =
  | { readonly kind: 'pem'; readonly pem: string }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'config-map'; readonly name: string };

/** The PEM text itself, `configMap:NAME`, or a file. */
export const anchorSource = (text: string): AnchorSource => {
  const configMap = /^configMap:\s*([a-z0-9]([-a-z0-9.]*[a-z0-9])?)$/.exec(text)?.[1];
  if (configMap !== undefined) return { kind: 'config-map', name: configMap };
  return text.includes('-----BEGIN') ? { kind: 'pem', pem: text } : { kind: 'file', path: text };
};

/** Half a sentence about a text that is no bundle of certificates, and what to do. */
export interface PemProblem {
  readonly reason: string;
  readonly advice: string;
}

const wanted = 'Give the root certificate: the key ca.crt of ConfigMap dapr-trust-bundle.';

/** The certificates in a bundle, a PEM block each (RFC 7468). A key among them must not get into a manifest. */
export const readCertificates = (text: string): Result<readonly string[], PemProblem> => {
  const begins = [...text.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----/g)].map(([, label]) => label ?? '');
  const key = begins.find((label) => label.includes('PRIVATE KEY'));
  if (key !== undefined)
    return fail({
      reason: `it holds a private key (${key}), which everybody could read in the manifests`,
      advice: wanted,
    });
  if (begins.length === 0) return fail({ reason: 'it holds no PEM block, and daprd would not start', advice: wanted });
  const other = begins.find((label) => label !== 'CERTIFICATE');
  if (other !== undefined)
    return fail({ reason: `it holds a ${other}, which is no certificate, and daprd would not start`, advice: wanted });
  const blocks = text.match(/-----BEGIN CERTIFICATE-----\s[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g) ?? [];
  return blocks.length === begins.length
    ? ok(blocks)
    : fail({
        reason: 'a certificate in it is cut short, and daprd would not start',
        advice: 'Copy the whole file, from -----BEGIN to -----END.',
      });
};
