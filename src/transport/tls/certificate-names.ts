import type { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'

// As node:crypto writes a subjectAltName.
const LOOPBACK_NAME = /^(?:DNS:localhost|IP Address:127\.[\d.]+|IP Address:0:0:0:0:0:0:0:1)$/
const LOOPBACK_ADDRESS = /^(?:localhost|127\.[\d.]+|::1)$/

/**
 * Where clients cannot find the name by which they connect. This machine's own name says nothing about that, so only
 * what is certain counts: no name at all, a name that we are told to listen on, or names that only this machine can use.
 */
export function certificateNameWarnings(
  certificate: X509Certificate,
  bindAddress: string | undefined,
): string[] {
  const { subjectAltName } = certificate
  if (subjectAltName === undefined)
    return [
      `The TLS certificate names no host (it has no subjectAltName): ${REFUSAL}. Have one made for the host name that clients use`,
    ]
  if (bindAddress === undefined || LOOPBACK_ADDRESS.test(bindAddress)) return []
  if (isIP(bindAddress) === 0 && certificate.checkHost(bindAddress) === undefined)
    return [
      `The TLS certificate is not for ${bindAddress}, which server.bind_address names, but for ${subjectAltName}: ${REFUSAL} under that name`,
    ]
  if (subjectAltName.split(', ').every((name) => LOOPBACK_NAME.test(name)))
    return [
      `The TLS certificate is only for ${subjectAltName}, and server.bind_address is ${bindAddress}: from other machines ${REFUSAL}. Have one made for the host name that clients use`,
    ]
  return []
}

const REFUSAL = 'clients that check it will not connect'
