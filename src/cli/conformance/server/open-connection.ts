import { once } from 'node:events'
import { connect as connectTcp } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { Connect } from './connect.ts'

export interface Address {
  readonly host: string
  readonly port: number
  /** Absent for plain TCP. `ca`: the certificates to trust, in PEM; without it those that Node trusts. */
  readonly tls?: { readonly ca?: string | undefined } | undefined
}

const DEADLINE_MS = 10_000

/** Each call opens a connection, its TLS handshake done. Rejects when there is none within 10 s. */
export function openTcp({ host, port, tls }: Address): Connect {
  return async () => {
    const socket = tls === undefined ? connectTcp({ host, port }) : connectTls({ host, port, ca: tls.ca })
    socket.setNoDelay()
    try {
      await once(socket, tls === undefined ? 'connect' : 'secureConnect', {
        signal: AbortSignal.timeout(DEADLINE_MS),
      })
    } catch (error) {
      socket.on('error', () => undefined).destroy()
      throw error
    }
    return socket
  }
}
