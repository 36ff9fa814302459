import type { X509Certificate } from 'node:crypto'
import { Socket } from 'node:net'
import { createSecureContext, TLSSocket, type SecureContext, type SecureContextOptions } from 'node:tls'
import { err, ok, type Result } from '../../domain/result.ts'
import { certificateDateWarnings } from './certificate-dates.ts'
import { certificateChainWarnings } from './certificate-chain.ts'
import { certificateNameWarnings } from './certificate-names.ts'
import { shakeHandsWithSelf } from './self-handshake.ts'
import { loadPem } from './tls-pem.ts'
import { loadPkcs12 } from './tls-pkcs12.ts'
import type { TlsSettings } from './tls-settings.ts'

export interface LoadedTls {
  /** For tls.createServer, and whole again for server.setSecureContext, which forgets what it is not given. */
  readonly options: SecureContextOptions
  readonly warnings: readonly string[]
}

/** Reads them, and proves by a handshake that clients can connect with them. */
export async function loadProvenTls(settings: TlsSettings, now: Date): Promise<Result<LoadedTls, string[]>> {
  const loaded = loadTlsOptions(settings, now)
  if (!loaded.ok) return loaded
  const { options, warnings } = loaded.value
  const shaken = await shakeHandsWithSelf(options)
  if (!shaken.ok) return err([explainFailure(settings, options, shaken.error)])
  return ok({ options, warnings: [...warnings, ...certificateChainWarnings(shaken.value)] })
}

function explainFailure(settings: TlsSettings, options: SecureContextOptions, cause: string): string {
  const key = settings.pkcs12Path === undefined ? 'server.cert_path' : 'server.pkcs12_path'
  const curve = ownCertificate(createSecureContext(options))?.publicKey.asymmetricKeyDetails?.namedCurve
  const why = curve === undefined ? '' : ` Its key is on the curve ${curve}, which clients may not offer.`
  return `${key}: a TLS handshake with this certificate fails (${cause}), so no client could connect.${why} Have a certificate made for a key that all clients take: openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key.pem`
}

/** Reads the key and certificate and proves that TLS takes them. Every fault is a sentence that names its cure. */
export function loadTlsOptions(settings: TlsSettings, now: Date): Result<LoadedTls, string[]> {
  const identity = loadIdentity(settings)
  if (!identity.ok) return identity
  const options: SecureContextOptions = {
    ...identity.value,
    minVersion: 'TLSv1.2',
    maxVersion: settings.maxVersion,
  }
  const certificate = ownCertificate(createSecureContext(options))
  const warnings =
    certificate === undefined
      ? []
      : [
          ...certificateDateWarnings(certificate, now),
          ...certificateNameWarnings(certificate, settings.bindAddress),
        ]
  return ok({ options, warnings })
}

function loadIdentity(settings: TlsSettings): Result<SecureContextOptions, string[]> {
  const { pkcs12Path, pkcs12Password, certPath, keyPath } = settings
  if (pkcs12Path !== undefined && (certPath !== undefined || keyPath !== undefined)) {
    return err(['server.pkcs12_path: given together with server.cert_path or server.key_path. Keep one kind'])
  }
  if (pkcs12Path !== undefined) return loadPkcs12(pkcs12Path, pkcs12Password)
  if (certPath !== undefined && keyPath !== undefined) return loadPem(certPath, keyPath)
  if (certPath !== undefined)
    return err(['server.key_path: missing beside server.cert_path. Name the PEM file of its key'])
  if (keyPath !== undefined)
    return err(['server.cert_path: missing beside server.key_path. Name the PEM file of its certificate'])
  return err([
    'server.enable_tls: no certificate is named. Set server.pkcs12_path, or server.cert_path and server.key_path; for a pair to try out: npm run dev-cert',
  ])
}

// A context does not tell what is in it, and node:crypto does not read PKCS#12; but a socket knows its own certificate.
function ownCertificate(secureContext: SecureContext): X509Certificate | undefined {
  const socket = new TLSSocket(new Socket(), { isServer: true, secureContext })
  try {
    return socket.getX509Certificate()
  } finally {
    socket.destroy()
  }
}
