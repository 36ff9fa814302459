import { systemPause } from '../../system/system-pause.ts'
import { asTexts } from '../wire/reply.ts'
import type { HostPort, RedisAddress } from './address.ts'
import { answered } from './answered.ts'
import { type Connection, openConnection } from './connection.ts'

/** A master that was replaced takes writes for some seconds more, and loses them: so often Sentinels are asked. */
const WATCH_MS = 500

const ANSWER_MS = 2000

/** No Sentinel could say where the master is. */
class NoMaster extends Error {
  constructor(faults: readonly string[]) {
    super(`no Sentinel knows the master (${faults.join('; ')})`)
    this.name = 'NoMaster'
  }
}

/** A connection to Redis itself, by way of the Sentinels where there are any. */
export async function openRedis(address: RedisAddress, name: string): Promise<Connection> {
  const { tls, caFile, username, password, database } = address
  const [server] =
    address.master === undefined ? address.servers : [await findMaster(address, address.master)]
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
  const [role] = asTextsOf(await answered(connection, ['ROLE'], ANSWER_MS))
  if (role === 'master') {
    void watch(address, address.master, server, connection)
    return connection
  }
  connection.close()
  throw new NoMaster([`${server.host}:${server.port} is a ${role ?? 'stranger'}`])
}

async function findMaster(address: RedisAddress, master: string): Promise<HostPort> {
  const faults: string[] = []
  for (const server of address.servers) {
    try {
      const sentinel = await openSentinel(address, server)
      const found = await askSentinel(sentinel, master).finally(() => {
        sentinel.close()
      })
      if (found !== undefined) return found
      faults.push(`${server.host}:${server.port} knows no master of that name`)
    } catch (error) {
      faults.push(`${server.host}:${server.port}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  throw new NoMaster(faults)
}

/** As long as the connection lives; closes it when a Sentinel says that another one is the master. */
async function watch(
  address: RedisAddress,
  master: string,
  current: HostPort,
  connection: Connection,
): Promise<void> {
  const over = new AbortController()
  void connection.closed.then(() => {
    over.abort()
  })
  for (let turn = 0; connection.isOpen(); turn += 1) {
    const server = address.servers[turn % address.servers.length]
    const sentinel = server && (await openSentinel(address, server).catch(() => undefined))
    while (connection.isOpen() && sentinel?.isOpen() === true) {
      const found = await askSentinel(sentinel, master).catch(() => current)
      if (found !== undefined && (found.host !== current.host || found.port !== current.port))
        connection.close()
      await systemPause(WATCH_MS, over.signal)
    }
    sentinel?.close()
    await systemPause(WATCH_MS, over.signal)
  }
}

function openSentinel(
  { tls, caFile, sentinelPassword }: RedisAddress,
  server: HostPort,
): Promise<Connection> {
  const account = { username: undefined, password: sentinelPassword, database: 0 }
  return openConnection({ ...server, tls, caFile, ...account, name: 'roomrtc' })
}

async function askSentinel(sentinel: Connection, master: string): Promise<HostPort | undefined> {
  const reply = await answered(sentinel, ['SENTINEL', 'GET-MASTER-ADDR-BY-NAME', master], ANSWER_MS)
  const [host, port] = reply === null ? [] : asTexts(reply)
  return host === undefined ? undefined : { host, port: Number(port) }
}

function asTextsOf(reply: unknown): readonly string[] {
  return Array.isArray(reply) ? reply.map(String) : []
}
