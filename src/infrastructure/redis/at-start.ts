import type { Log } from '../../application/ports/system/log.ts'
import { StartupError } from '../../application/ports/system/startup-error.ts'
import type { Connection } from './connection/connection.ts'
import { reasonOf } from './connection/reason-of.ts'
import { asText } from './wire/reply.ts'

/** The first with XTRIM MINID. */
const LEAST_VERSION = '6.2.0'

/** Why a start cannot go on; the error is what the attempt to connect threw. */
export function notReached(shown: string, error: unknown): StartupError {
  const said = reasonOf(error)
  const where = `cluster.redis_url: Redis at ${shown}`
  if (said.startsWith('NOPERM')) {
    return new StartupError([
      `${where} does not let this account do what is needed (${said}). Change its rules`,
    ])
  }
  if (isRefusal(error)) {
    return new StartupError([
      `${where} wants another password (${said}). Put it into the URL, redis://user:password@host:port`,
    ])
  }
  return new StartupError([`${where} cannot be used (${said}). Start it, or correct the address`])
}

/** It was reached, and to ask again is of no use. */
export function isRefusal(error: unknown): boolean {
  return (
    error instanceof Error && /^(NOAUTH|WRONGPASS|NOPERM|ERR AUTH|ERR Client sent AUTH)/.test(error.message)
  )
}

/** Throws a StartupError where this Redis is too old; says what is unwise. */
export async function checkServer(connection: Connection, shown: string, log: Log): Promise<void> {
  const told = await readInfo(connection)
  const version = told.get('redis_version')
  if (version !== undefined && isOlder(version, LEAST_VERSION)) {
    throw new StartupError([
      `cluster.redis_url: Redis at ${shown} is version ${version}. Version ${LEAST_VERSION} or later is needed`,
    ])
  }
  if (told.get('role') === 'slave') {
    throw new StartupError([
      `cluster.redis_url: Redis at ${shown} is a replica. Name the master, or the Sentinels`,
    ])
  }
  const policy = told.get('maxmemory_policy')
  if (policy !== undefined && policy !== 'noeviction') {
    log.warn(
      { redis: shown, policy },
      'Redis may forget what it should keep: set its maxmemory-policy to noeviction',
    )
  }
  if (told.get('aof_enabled') === '0') {
    log.warn({ redis: shown }, 'Redis has no append-only file: what it holds is lost when it restarts')
  }
}

/** Empty where this account may not ask. */
async function readInfo(connection: Connection): Promise<ReadonlyMap<string, string>> {
  let text: string
  try {
    text = asText(await connection.run(['INFO']))
  } catch (error) {
    if (!connection.isOpen()) throw error
    return new Map()
  }
  return new Map(
    text.split('\r\n').map((line) => {
      const at = line.indexOf(':')
      return [line.slice(0, at), line.slice(at + 1)]
    }),
  )
}

function isOlder(version: string, least: string): boolean {
  const [is, must] = [version, least].map((text) => text.split('.').map(Number))
  for (const at of [0, 1, 2]) {
    const difference = (is?.[at] ?? 0) - (must?.[at] ?? 0)
    if (difference !== 0) return difference < 0
  }
  return false
}
