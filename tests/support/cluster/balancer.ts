import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** A load balancer: each connection goes to the next node in turn, or to the one after it if that takes nobody. */
export interface Balancer {
  /** On 127.0.0.1. */
  readonly port: number
  /** Newcomers are not sent there; whoever is connected stays. */
  takeOut(port: number): void
  putIn(port: number): void
}

export async function startBalancer(ends: (() => unknown)[], ports: readonly number[]): Promise<Balancer> {
  const takenOut = new Set<number>()
  const sockets = new Set<Socket>()
  let turn = 0
  const server = createServer({ noDelay: true }, (near) => {
    keep(near)
    void pass(near)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  ends.push(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port')
  return {
    port: address.port,
    takeOut: (port) => takenOut.add(port),
    putIn: (port) => takenOut.delete(port),
  }

  async function pass(near: Socket): Promise<void> {
    const from = turn++
    for (let i = 0; i < ports.length; i += 1) {
      const port = ports[(from + i) % ports.length]
      if (port === undefined || takenOut.has(port)) continue
      const far = connect({ host: '127.0.0.1', port, noDelay: true })
      keep(far)
      const connected = await once(far, 'connect').then(
        () => true,
        () => false,
      )
      if (!connected) continue
      near.on('close', () => far.destroy())
      far.on('close', () => near.destroySoon())
      near.pipe(far).pipe(near)
      return
    }
    near.destroy()
  }

  function keep(socket: Socket): void {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
  }
}
