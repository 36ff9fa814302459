import type { X509Certificate } from 'node:crypto'

const DAY_MS = 24 * 60 * 60 * 1000
const EXPIRY_NOTICE_DAYS = 14

/** What is wrong, or soon will be, with a certificate's period of validity. */
export function certificateDateWarnings(certificate: X509Certificate, now: Date): string[] {
  const from = new Date(certificate.validFrom)
  const to = new Date(certificate.validTo)
  if (now < from) {
    return [
      `The TLS certificate is not valid before ${from.toISOString()}: ${REFUSAL}. Check the clock, or wait`,
    ]
  }
  if (now > to) return [`The TLS certificate expired on ${to.toISOString()}: ${REFUSAL}. ${RENEWAL}`]
  if (to.getTime() - now.getTime() <= EXPIRY_NOTICE_DAYS * DAY_MS) {
    return [`The TLS certificate expires on ${to.toISOString()}. ${RENEWAL}`]
  }
  return []
}

const REFUSAL = 'clients that check it will not connect'
const RENEWAL = 'Put a new one in its place and send the daemon SIGHUP'
