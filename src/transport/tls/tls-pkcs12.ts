import { createSecureContext, type SecureContextOptions } from 'node:tls'
import { errorCode } from '../../domain/error-code.ts'
import { err, ok, type Result } from '../../domain/result.ts'
import { readTlsFile } from './tls-file.ts'

type Pkcs12Options = Pick<SecureContextOptions, 'pfx' | 'passphrase'>

/** A key and its certificate from a PKCS#12 file, proven to load. */
export function loadPkcs12(path: string, password: string | undefined): Result<Pkcs12Options, string[]> {
  const file = readTlsFile('server.pkcs12_path', path)
  if (!file.ok) return err([file.error])
  const options: Pkcs12Options = { pfx: file.value, passphrase: password ?? '' }
  try {
    createSecureContext(options)
    return ok(options)
  } catch (fault) {
    return err([explain(fault, path, password)])
  }
}

const EXPORT = 'openssl pkcs12 -export -inkey key.pem -in cert.pem -out server.p12'

function explain(fault: unknown, path: string, password: string | undefined): string {
  if (!(fault instanceof Error)) throw fault
  if (errorCode(fault) === 'ERR_CRYPTO_UNSUPPORTED_OPERATION') return outdated(path)
  // OpenSSL's other reasons come from Node 20 without a code of their own, so here the text has to do.
  switch (fault.message) {
    case 'mac verify failure':
      return password === undefined
        ? `server.pkcs12_password: not set, but ${path} has a password. Set it`
        : `server.pkcs12_password: it is not the password of ${path}. Correct it; to try one: openssl pkcs12 -in '${path}' -noout`
    case 'Unable to load private key from PFX data':
      return `server.pkcs12_path: ${path} holds no private key. Export it anew with the key of its certificate: ${EXPORT}`
    case 'Unable to load certificate from PFX data':
      return `server.pkcs12_path: ${path} holds no certificate for its key. Export it anew with both: ${EXPORT}`
    default:
      return `server.pkcs12_path: ${path} is not a PKCS#12 file, or is damaged (${fault.message}). To make one of a PEM pair: ${EXPORT}. A PEM pair can also be used as it is, by server.cert_path and server.key_path`
  }
}

function outdated(path: string): string {
  return [
    `server.pkcs12_path: ${path} is encrypted in a way that OpenSSL 3 no longer reads (RC2, as made by old programs and by \`openssl pkcs12 -legacy\`).`,
    'Convert it, then set server.pkcs12_path to converted.p12 and server.pkcs12_password to the password you choose for it:',
    `(umask 077; openssl pkcs12 -legacy -in '${path}' -noenc -out pair.pem && openssl pkcs12 -export -in pair.pem -out converted.p12; rm -f pair.pem)`,
  ].join(' ')
}
