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

/** Each call opens a connection, its TLS handshake done. Rejects when there is none in time. */
export function openTcp({ host, port, tls }: Address, deadlineMs = 10_000): Connect {
  return async () => {
    const socket = tls === undefined ? connectTcp({ host, port }) : connectTls({ host, port, ca: tls.ca })
    socket.setNoDelay()
    const inTime = AbortSignal.timeout(deadlineMs)
    try {
      await once(socket, tls === undefined ? 'connect' : 'secureConnect', { signal: inTime })
    } catch (error) {
      socket.on('error', () => undefined).destroy()
      if (!inTime.aborted) throw error
      const what = tls === undefined ? 'connection' : 'TLS handshake'
      throw new Error(`no ${what} within ${deadlineMs} ms`, { cause: error })
    }
    return socket
  }
}
