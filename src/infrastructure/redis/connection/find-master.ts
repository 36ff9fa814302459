import { asTexts } from '../wire/reply.ts'
import type { HostPort, RedisAddress } from './address.ts'
import { type Connection, openConnection } from './connection.ts'

/** No Sentinel could say where the master is. */
export class NoMaster extends Error {
  constructor(faults: readonly string[]) {
    super(`no Sentinel knows the master (${faults.join('; ')})`)
    this.name = 'NoMaster'
  }
}

/** A connection to Redis itself, by way of the Sentinels where there are any. */
export async function openRedis(address: RedisAddress, name: string): Promise<Connection> {
  const { tls, caFile, username, password, database } = address
  const [server] = address.master === undefined ? address.servers : [await findMaster(address, address.master)]
  if (server === undefined) throw new NoMaster([])
  const connection = await openConnection({
    ...server,
    tls,
    caFile,
    username,
    password,
    database,
    name,
  })
  if (address.master === undefined) return connection
  // A Sentinel that is late names the one that was the master before.
  const [role] = asTextsOf(await connection.run(['ROLE']))
  if (role === 'master') return connection
  connection.close()
  throw new NoMaster([`${server.host}:${server.port} is a ${role ?? 'stranger'}`])
}

async function findMaster(address: RedisAddress, master: string): Promise<HostPort> {
  const faults: string[] = []
  for (const server of address.servers) {
    try {
      const found = await askSentinel(address, server, master)
      if (found !== undefined) return found
      faults.push(`${server.host}:${server.port} knows no master of that name`)
    } catch (error) {
      faults.push(`${server.host}:${server.port}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  throw new NoMaster(faults)
}

async function askSentinel(
  { tls, caFile, sentinelPassword }: RedisAddress,
  server: HostPort,
  master: string,
): Promise<HostPort | undefined> {
  const account = { username: undefined, password: sentinelPassword, database: 0 }
  const sentinel = await openConnection({ ...server, tls, caFile, ...account, name: 'roomrtc' })
  try {
    const reply = await sentinel.run(['SENTINEL', 'GET-MASTER-ADDR-BY-NAME', master])
    const [host, port] = reply === null ? [] : asTexts(reply)
    return host === undefined ? undefined : { host, port: Number(port) }
  } finally {
    sentinel.close()
  }
}

function asTextsOf(reply: unknown): readonly string[] {
  return Array.isArray(reply) ? reply.map(String) : []
}
