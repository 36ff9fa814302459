import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto'
import { createSecureContext, type SecureContextOptions } from 'node:tls'
import { err, ok, type Result } from '../../domain/result.ts'
import { readTlsFile } from './tls-file.ts'

type PemOptions = Pick<SecureContextOptions, 'cert' | 'key'>

// PKCS#8 and the older form of OpenSSL.
const ENCRYPTED = /-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m

/** A key and its certificate from PEM files, proven to belong together and to load. */
export function loadPem(certPath: string, keyPath: string): Result<PemOptions, string[]> {
  const cert = readCertificate(certPath)
  const key = readKey(keyPath)
  if (!cert.ok || !key.ok) return err([cert, key].flatMap((part) => (part.ok ? [] : [part.error])))

  // createSecureContext notices this by itself only when the two are of one kind (both RSA, both EC).
  if (!cert.value.parsed.checkPrivateKey(key.value.parsed)) {
    return err([
      `server.key_path: ${keyPath} is not the key of the certificate in ${certPath}. Name the key that the certificate was made with; if the file holds a chain, the server's own certificate comes first`,
    ])
  }
  const options: PemOptions = { cert: cert.value.pem, key: key.value.pem }
  try {
    createSecureContext(options)
    return ok(options)
  } catch (fault) {
    return err([`server.cert_path: TLS does not accept ${certPath} with ${keyPath}: ${String(fault)}`])
  }
}

function readCertificate(path: string): Result<{ pem: Buffer; parsed: X509Certificate }, string> {
  const file = readTlsFile('server.cert_path', path)
  if (!file.ok) return file
  const pem = file.value
  if (!pem.includes('-----BEGIN CERTIFICATE-----')) {
    return err(
      `server.cert_path: ${path} holds no PEM certificate (no line -----BEGIN CERTIFICATE-----). If it is in DER form, convert it: openssl x509 -inform der -in ${path} -out cert.pem`,
    )
  }
  try {
    return ok({ pem, parsed: new X509Certificate(pem) })
  } catch (fault) {
    return err(`server.cert_path: the certificate in ${path} is damaged: ${String(fault)}. Copy it anew`)
  }
}

function readKey(path: string): Result<{ pem: Buffer; parsed: KeyObject }, string> {
  const file = readTlsFile('server.key_path', path)
  if (!file.ok) return file
  const pem = file.value
  const text = pem.toString('latin1')
  if (ENCRYPTED.test(text)) {
    return err(
      `server.key_path: the key in ${path} is encrypted, which is not supported. Decrypt it: openssl pkey -in ${path} -out key.pem && chmod 600 key.pem; or use PKCS#12, which has a password`,
    )
  }
  if (!/-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----/.test(text)) {
    return err(
      `server.key_path: ${path} holds no PEM private key (no line -----BEGIN PRIVATE KEY-----). If it is in DER form, convert it: openssl pkey -inform der -in ${path} -out key.pem`,
    )
  }
  try {
    return ok({ pem, parsed: createPrivateKey(pem) })
  } catch (fault) {
    return err(`server.key_path: the key in ${path} is damaged: ${String(fault)}. Copy it anew`)
  }
}
