import './no-metadata.ts'
import { KeyObject, webcrypto } from 'node:crypto'
import * as x509 from '@peculiar/x509'

const DAY_MS = 24 * 60 * 60 * 1000
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

type Validity = { readonly days: number } | { readonly notBefore: Date; readonly notAfter: Date }

/** Makes a key and a certificate for it (both PEM), for localhost, 127.0.0.1 and ::1: for trying out and for tests. */
export async function makeSelfSigned(
  options: { readonly commonName: string } & Validity,
): Promise<{ cert: string; key: string }> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [options.commonName] }],
    ...period(options),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new x509.SubjectAlternativeNameExtension([
        { type: 'dns', value: 'localhost' },
        { type: 'ip', value: '127.0.0.1' },
        { type: 'ip', value: '::1' },
      ]),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
    ],
  })
  const key = KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' })
  return { cert: `${certificate.toString('pem')}\n`, key: key.toString() }
}

function period(validity: Validity): { notBefore: Date; notAfter: Date } {
  if ('notBefore' in validity) return validity
  const notBefore = new Date()
  return { notBefore, notAfter: new Date(notBefore.getTime() + validity.days * DAY_MS) }
}
