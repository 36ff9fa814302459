import type { SecureVersion } from 'node:tls'

/** Where the certificate is: in one PKCS#12 file, or in a pair of PEM files. */
export interface TlsSettings {
  readonly pkcs12Path?: string | undefined
  readonly pkcs12Password?: string | undefined
  readonly certPath?: string | undefined
  readonly keyPath?: string | undefined
  /** What we listen on: `server.bind_address`. */
  readonly bindAddress?: string | undefined
  readonly maxVersion: Extract<SecureVersion, 'TLSv1.2' | 'TLSv1.3'>
}
