import { ECDH } from 'node:crypto'
import { isIP } from 'node:net'
import type { PushSubscription } from '../../domain/push-subscription.ts'
import { isPublic } from './public-addresses.ts'

/** A secret has 16 bytes (RFC 8291, section 3.2). */
const AUTH = /^[\w-]{22}$/

/** A point of P-256 as it is, not compressed: 65 bytes, of which the first is 4. */
const POINT = /^B[\w-]{86}$/

/** Whether a host is named in full: it is the operator's wish then, wherever it is. */
export function isNamed(host: string, allowed: readonly string[]): boolean {
  return allowed.includes(host)
}

/** What is wrong with a subscription, as a client is told. `allowed`: hosts, `*.` and what their names end with, or `*`. */
export function subscriptionFault(
  { endpoint, p256dh, auth }: PushSubscription,
  allowed: readonly string[],
): string | undefined {
  if (!isAllowed(endpoint, allowed))
    return '"endpoint": expected the https URL of a push service that this server may use'
  if (!AUTH.test(auth)) return '"auth": expected 16 bytes in Base64url'
  if (!POINT.test(p256dh) || !isPoint(p256dh)) return '"p256dh": expected a public key of P-256 in Base64url'
  return undefined
}

function isAllowed(endpoint: string, allowed: readonly string[]): boolean {
  if (!URL.canParse(endpoint)) return false
  const { protocol, username, password, hash, port, hostname } = new URL(endpoint)
  if (username !== '' || password !== '' || hash !== '') return false
  const host = plain(hostname)
  if (isNamed(host, allowed)) return protocol === 'https:' || (protocol === 'http:' && isLoopback(host))
  if (protocol !== 'https:' || port !== '') return false
  if (isIP(host) !== 0 && !isPublic(host)) return false
  return allowed.some((entry) => entry === '*' || (entry.startsWith('*.') && host.endsWith(entry.slice(1))))
}

/** Of a URL's host, that of an IPv6 address without its brackets. */
export function plain(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '')
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host)
}

function isPoint(p256dh: string): boolean {
  try {
    ECDH.convertKey(p256dh, 'prime256v1', 'base64url')
    return true
  } catch {
    return false
  }
}
