import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { ClientError } from '../client-error.ts'

export interface Address {
  /** Name or IP address; with TLS the certificate must be for it. */
  readonly host: string
  readonly port: number
  /** Absent for plain TCP. `ca`: the certificates to trust, in PEM; without it, those that Node trusts. */
  readonly tls?: { readonly ca?: string | undefined } | undefined
}

/** A socket that is ready to be written to, its TLS handshake done. */
export function openSocket({ host, port, tls }: Address, timeoutMs: number): Promise<Socket> {
  const socket: Socket =
    tls === undefined ? connectTcp({ host, port }) : connectTls({ host, port, ca: tls.ca })
  socket.setNoDelay()
  const failure = (code: 'unreachable' | 'timeout', why: string, options?: ErrorOptions) =>
    new ClientError(code, `cannot connect to ${host} port ${port}: ${why}`, options)

  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(failure('timeout', `no answer within ${timeoutMs} ms`))
      socket.destroy()
    }, timeoutMs)
    // Stays, for the time after: an error nobody listens for would end the process; 'close' tells all that matters.
    socket.on('error', (error) => {
      clearTimeout(timer)
      reject(failure('unreachable', error.message, { cause: error }))
    })
    socket.once(tls === undefined ? 'connect' : 'secureConnect', () => {
      clearTimeout(timer)
      resolve(socket)
    })
  })
}
