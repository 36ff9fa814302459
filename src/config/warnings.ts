import { isIPv4 } from 'node:net'
import { readPostgresUrl } from './postgres-url.ts'
import { modeOf } from './room-mode.ts'
import type { Config } from './schema.ts'
import { MAX_SESSIONS_PER_USER } from './sections/security.ts'

/** A login, a list of users and a call in the same minute stay below this, several times over. */
const FEW_REQUESTS = 200

/** Each member sends its media to each other one: few machines and lines can do so for more. */
const LARGE_MESH = 12

/** What is allowed and probably not meant: told at start, stops nothing. */
export function configWarnings(config: Config): string[] {
  const { server, http, proxy, security, persistence, resume, limits, drain, rooms, webhooks } = config
  const warnings: string[] = []
  if (!server.enable_tls && !isLoopback(server.bind_address)) {
    warnings.push(
      `server.bind_address is ${server.bind_address} and server.enable_tls is false: passwords and calls cross the network in the clear`,
    )
  }
  if (http.enable && !http.enable_tls && !isLoopback(http.bind_address)) {
    warnings.push(
      `http.bind_address is ${http.bind_address} and http.enable_tls is false: passwords and tokens cross the network in the clear, unless a proxy in front ends TLS`,
    )
  }
  if (http.allowed_origins.includes('*')) {
    warnings.push(
      'http.allowed_origins has "*": any web page may use the server from the browsers of its visitors',
    )
  }
  for (const [index, { url }] of webhooks.endpoints.entries())
    if (url.startsWith('http:') && !isLoopback(new URL(url).hostname.replace(/^\[|\]$/g, '')))
      warnings.push(
        `webhooks.endpoints[${index}].url is http and on another machine: who calls whom crosses the network in the clear`,
      )
  const wide = proxy.networks.filter(isWide)
  if (wide.length > 0) {
    warnings.push(
      `proxy.networks has ${wide.join(', ')}: whoever connects from there may pretend to have any address. Name the load balancers alone`,
    )
  }
  const inMemory = !persistence.enable_persistence && persistence.postgres_url === ''
  if (security.registration === 'invite' && inMemory) {
    warnings.push(
      'security.registration is "invite" and persistence.enable_persistence is false: the invite codes are forgotten when the daemon stops',
    )
  }
  if (security.max_sessions_per_user > 1) warnings.push(manyDevices(security.max_sessions_per_user))
  if (security.enable_rate_limiting && security.max_requests_per_minute < FEW_REQUESTS) {
    warnings.push(
      `security.max_requests_per_minute is ${security.max_requests_per_minute}: this is what one connection may ask, and an ordinary client may be refused. Write ${FEW_REQUESTS} or more, or leave the key out`,
    )
  }
  const sizes = [rooms, ...rooms.permanent]
    .filter((room) => modeOf(config, room) === undefined)
    .map(({ max_members = 0 }) => max_members)
  if (Math.max(...sizes) > LARGE_MESH) {
    warnings.push(
      `section rooms allows ${Math.max(...sizes)} members: each sends its media to each other one, which few can to more than ${LARGE_MESH}`,
    )
  }
  if (resume.max_outbox_bytes > limits.max_outbound_bytes) {
    warnings.push(
      `resume.max_outbox_bytes is above limits.max_outbound_bytes: a client that missed much would be cut while it resumes`,
    )
  }
  if (drain.window_ms >= resume.window_ms) {
    warnings.push(
      `drain.window_ms is not below resume.window_ms: clients that are closed early may have given up before the next daemon is there`,
    )
  }
  if (limits.soft_outbound_bytes > limits.max_outbound_bytes) {
    warnings.push(
      'limits.soft_outbound_bytes is above limits.max_outbound_bytes: a client that is slow is cut before anything is merged for it',
    )
  }
  const database = databaseInTheClear(persistence.postgres_url)
  if (database !== undefined) warnings.push(database)
  if (!persistence.enable_persistence) {
    warnings.push(
      !inMemory
        ? 'persistence.enable_persistence is false: all sessions are forgotten when the daemon stops'
        : 'persistence.enable_persistence is false: all accounts and sessions are forgotten when the daemon stops',
    )
  }
  return warnings
}

/** Files of the original server often say 5, and its users have one device at a time. */
function manyDevices(said: number): string {
  const most = Math.min(said, MAX_SESSIONS_PER_USER)
  const as = most === said ? '' : ` and acts as ${most}`
  return `security.max_sessions_per_user is ${said}${as}: each user may be logged in on up to ${most} devices at once, and a call rings at all of them. Write 1 for one device`
}

function databaseInTheClear(url: string): string | undefined {
  const read = url === '' ? '' : readPostgresUrl(url)
  if (typeof read === 'string' || read.sslMode !== 'disable' || read.host === undefined) return undefined
  if (read.host.startsWith('/') || isLoopback(read.host)) return undefined
  return 'persistence.postgres_url names another machine, and no sslmode but disable: password hashes cross the network in the clear. Write sslmode=verify-full'
}

function isLoopback(address: string): boolean {
  return address === 'localhost' || address === '::1' || (isIPv4(address) && address.startsWith('127.'))
}

/** Wider than the widest of the private networks, 10.0.0.0/8 and fc00::/7: strangers are in it. */
function isWide(network: string): boolean {
  const [address = '', bits] = network.split('/')
  return bits !== undefined && Number(bits) < (isIPv4(address) ? 8 : 7)
}
