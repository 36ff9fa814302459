import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** Between a client and the daemon. */
export interface Proxy {
  /** On 127.0.0.1. */
  readonly port: number
  /** Ends every connection, and takes no other until it is mended. */
  cut(): void
  mend(): void
}

export async function startProxy(ends: (() => unknown)[], port: number): Promise<Proxy> {
  const sockets = new Set<Socket>()
  let whole = true
  const server = createServer((near) => {
    if (!whole) {
      near.destroy()
      return
    }
    const far = connect({ host: '127.0.0.1', port })
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        sockets.delete(socket)
        other.destroy()
      })
      socket.pipe(other)
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const cut = (): void => {
    whole = false
    for (const socket of sockets) socket.destroy()
  }
  ends.push(() => {
    cut()
    server.close()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port')
  return {
    port: address.port,
    cut,
    mend() {
      whole = true
    },
  }
}
