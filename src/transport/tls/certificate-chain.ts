import { X509Certificate } from 'node:crypto'
import type { DetailedPeerCertificate } from 'node:tls'

/** Whether the issuer of the server's own certificate came with it, or is known to everybody, as a client saw it. */
export function certificateChainWarnings(seen: DetailedPeerCertificate): string[] {
  const own = new X509Certificate(seen.raw)
  // Absent, whatever its type says, where neither the peer nor the list of roots has it.
  const hasIssuer = Object.hasOwn(seen, 'issuerCertificate')
  if (hasIssuer || own.issuer === own.subject) return []
  return [
    `The TLS certificate was issued by ${own.issuer.replaceAll('\n', ', ')}, whose own certificate does not come with it: clients that do not know the issuer will not connect. Put the intermediate certificates after the server's own in the file`,
  ]
}
