import { readFile } from 'node:fs/promises'
import { rootCertificates } from 'node:tls'
import { asReply, type Reply } from '../wire/reply.ts'
import type { HostPort } from './address.ts'

export interface ConnectionOptions extends HostPort {
  readonly tls: boolean
  readonly caFile: string | undefined
  readonly username: string | undefined
  readonly password: string | undefined
  readonly database: number
  readonly name: string
}

/** One connection to one server; it does not come back once it is lost. */
export interface Connection {
  /** Rejects with `ConnectionLost`, or with what Redis says against it. */
  run(args: readonly string[]): Promise<Reply>
  isOpen(): boolean
  /** Resolved when it is lost or closed. */
  readonly closed: Promise<void>
  close(): void
}

/** What had no answer until then may have been carried out, or not. */
export class ConnectionLost extends Error {
  constructor(cause?: unknown) {
    super('the connection to Redis was lost', { cause })
    this.name = 'ConnectionLost'
  }
}

/** For the connection, and again for what Redis is told first. */
const CONNECT_MS = 3000

/** Throws what node-redis throws. The package is loaded here, so that a server without Redis never loads it. */
export async function openConnection(options: ConnectionOptions): Promise<Connection> {
  const { createClient } = await import('redis')
  const { host, port, tls, caFile, username, password, database, name } = options
  const socket = { host, port, connectTimeout: CONNECT_MS, reconnectStrategy: false } as const
  const client = createClient({
    RESP: 2,
    socket: tls ? { ...socket, tls: true, ...(await authorities(caFile)) } : socket,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    database,
    name,
    disableClientInfo: true,
    maintNotifications: 'disabled',
    // Deadlines are ours, and a timer for each command would cost more than the command.
    commandOptions: { timeout: 0 },
  })
  let hasEnded = false
  const isOpen = (): boolean => !hasEnded
  let ended = (): void => undefined
  const closed = new Promise<void>((resolve) => (ended = resolve))
  const close = (): void => {
    if (hasEnded) return
    hasEnded = true
    client.destroy()
    ended()
  }
  client.on('error', close)
  client.on('end', close)
  try {
    await within(client.connect(), CONNECT_MS * 2)
  } catch (error) {
    close()
    throw error
  }
  return {
    closed,
    close,
    isOpen,
    async run(args) {
      if (!isOpen()) throw new ConnectionLost()
      let reply: unknown
      try {
        reply = await client.sendCommand(args)
      } catch (error) {
        throw isOpen() ? error : new ConnectionLost(error)
      }
      return asReply(reply)
    },
  }
}

/** Read each time, as the file may be renewed. */
async function authorities(caFile: string | undefined): Promise<{ readonly ca?: string[] }> {
  return caFile === undefined ? {} : { ca: [...rootCertificates, await readFile(caFile, 'utf8')] }
}

async function within(connecting: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`no answer within ${ms} ms`))
    }, ms)
  })
  try {
    await Promise.race([connecting, late])
  } finally {
    clearTimeout(timer)
  }
}
