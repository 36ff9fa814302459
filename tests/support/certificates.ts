import '../../scripts/support/no-metadata.ts'
import { generateKeyPairSync, webcrypto } from 'node:crypto'
import * as x509 from '@peculiar/x509'

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const PERIOD = { notBefore: new Date('2000-01-01'), notAfter: new Date('2126-01-01') }

/** A certificate that another one has issued, with its key and its issuer's certificate (all PEM). */
export async function makeIssued({
  curve = 'P-256',
  names = [],
  period = PERIOD,
}: {
  readonly curve?: string
  /** DNS names; none at all leaves the extension out. */
  readonly names?: readonly string[]
  /** Of the certificate itself. */
  readonly period?: { readonly notBefore: Date; readonly notAfter: Date }
}): Promise<{ cert: string; key: string; issuer: string }> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
  const issuer = await x509.X509CertificateGenerator.createSelfSigned({
    name: [{ CN: ['Test issuer'] }],
    ...PERIOD,
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [new x509.BasicConstraintsExtension(true)],
  })
  const own = generateKeyPairSync('ec', { namedCurve: curve })
  const certificate = await x509.X509CertificateGenerator.create({
    subject: [{ CN: ['leaf'] }],
    issuer: issuer.subject,
    ...period,
    signingAlgorithm: ALGORITHM,
    signingKey: keys.privateKey,
    publicKey: new x509.PublicKey(own.publicKey.export({ type: 'spki', format: 'der' })),
    extensions:
      names.length === 0
        ? []
        : [new x509.SubjectAlternativeNameExtension(names.map((value) => ({ type: 'dns', value })))],
  })
  return {
    cert: `${certificate.toString('pem')}\n`,
    key: own.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    issuer: `${issuer.toString('pem')}\n`,
  }
}
