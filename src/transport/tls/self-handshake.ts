import { Duplex } from 'node:stream'
import {
  createSecureContext,
  connect,
  type DetailedPeerCertificate,
  type SecureContextOptions,
  TLSSocket,
} from 'node:tls'
import { err, ok, type Result } from '../../domain/result.ts'
import { handshakeCause } from './handshake-cause.ts'

/** In memory it takes milliseconds. */
const TIMEOUT_MS = 5000

/**
 * What today's clients offer. Without these lists the verdict would be that of the OpenSSL in this Node: from 3.5 on it
 * offers the Brainpool curves too, which hardly any client does.
 */
const OFFERED = {
  ecdhCurve: 'X25519:P-256:P-384:P-521',
  sigalgs: [
    ...['ecdsa_secp256r1_sha256', 'ecdsa_secp384r1_sha384', 'ecdsa_secp521r1_sha512', 'ed25519', 'ed448'],
    ...['rsa_pss_rsae_sha256', 'rsa_pss_rsae_sha384', 'rsa_pss_rsae_sha512'],
    ...['rsa_pss_pss_sha256', 'rsa_pss_pss_sha384', 'rsa_pss_pss_sha512'],
    ...['rsa_pkcs1_sha256', 'rsa_pkcs1_sha384', 'rsa_pkcs1_sha512'],
  ].join(':'),
}

/**
 * Shakes hands with itself, with a client that offers what most clients do: the certificate as that client was shown it,
 * or why it failed.
 */
export async function shakeHandsWithSelf(
  options: SecureContextOptions,
): Promise<Result<DetailedPeerCertificate, string>> {
  const [near, far] = createPair()
  const server = new TLSSocket(near, { isServer: true, secureContext: createSecureContext(options) })
  // Whom to trust is the clients' business.
  const client = connect({ socket: far, rejectUnauthorized: false, ...OFFERED })
  try {
    return await new Promise((resolve) => {
      const deadline = setTimeout(() => {
        settle(err('it took too long'))
      }, TIMEOUT_MS)
      const settle = (outcome: Result<DetailedPeerCertificate, string>): void => {
        clearTimeout(deadline)
        resolve(outcome)
      }
      // The server knows the cause, and fails first; the client is only told by an alert.
      server.on('error', (error: Error) => {
        settle(err(handshakeCause(error)))
      })
      client.on('error', (error: Error) => {
        settle(err(handshakeCause(error)))
      })
      client.on('secureConnect', () => {
        settle(ok(client.getPeerCertificate(true)))
      })
    })
  } finally {
    client.destroy()
    server.destroy()
  }
}

/** Two streams, each of which reads what the other is written. */
function createPair(): [Duplex, Duplex] {
  const near: Duplex = half(() => far)
  const far: Duplex = half(() => near)
  return [near, far]
}

function half(other: () => Duplex): Duplex {
  return new Duplex({
    read: () => undefined,
    write(chunk: Buffer, _encoding, done) {
      other().push(chunk)
      done()
    },
  })
}
