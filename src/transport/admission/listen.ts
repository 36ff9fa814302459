import { once } from 'node:events'
import type { Server } from 'node:net'
import type { Log } from '../../application/ports/system/log.ts'
import { StartupError } from '../../application/ports/system/startup-error.ts'
import { errorCode } from '../../domain/error-code.ts'

interface Where {
  /** Of the configuration: the one that says where it is. */
  readonly section: string
  readonly port: number
  readonly host: string
}

/** Connections that may wait to be accepted: after a restart all clients come at once. The kernel may allow fewer. */
const BACKLOG = 4096

/** Opens a door; gives its port. Throws a StartupError that says why it cannot be opened. */
export async function listen(server: Server, { section, port, host }: Where, log: Log): Promise<number> {
  server.listen(port, host, BACKLOG)
  await once(server, 'listening').catch((error: unknown) => {
    throw new StartupError([`cannot listen on ${host} port ${port}: ${cause(section, error)}`])
  })
  server.on('error', (error) => {
    log.error({ err: error }, 'cannot accept connections')
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port')
  return address.port
}

function cause(section: string, error: unknown): string {
  switch (errorCode(error)) {
    case 'EADDRINUSE':
      return `another program listens there; choose another ${section}.port, or 0`
    case 'EACCES':
      return `not permitted; ports below 1024 need a privilege, choose another ${section}.port`
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `this machine has no such address; check ${section}.bind_address`
    case undefined:
    default:
      return error instanceof Error ? error.message : String(error)
  }
}
