import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** A way to a server that can be taken away or held up, and that leads to another one later. */
export interface CuttingProxy {
  readonly port: number
  /** Cuts every connection, and takes no new one until it is mended. */
  readonly cut: () => void
  readonly mend: (toPort?: number) => void
  /** What the server says stays on the way until it is let go; what is said to the server goes on. */
  readonly hold: () => void
  readonly letGo: () => void
}

export async function startCuttingProxy(ends: (() => unknown)[], firstPort: number): Promise<CuttingProxy> {
  let toPort = firstPort
  let isCut = false
  let isHeld = false
  const sockets = new Set<Socket>()
  const answers = new Map<Socket, Socket>()
  const keep = (socket: Socket): void => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
  }
  const server = createServer((from) => {
    keep(from)
    if (isCut) {
      from.resetAndDestroy()
      return
    }
    const to = connect(toPort, '127.0.0.1')
    keep(to)
    from.pipe(to)
    if (!isHeld) to.pipe(from)
    answers.set(to, from)
    from.on('close', () => to.destroy())
    to.on('close', () => {
      answers.delete(to)
      from.destroy()
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const cutAll = (): void => {
    for (const socket of sockets) socket.resetAndDestroy()
  }
  ends.push(() => {
    server.close()
    cutAll()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port')
  return {
    port: address.port,
    cut() {
      isCut = true
      cutAll()
    },
    mend(port = toPort) {
      toPort = port
      isCut = false
    },
    hold() {
      isHeld = true
      for (const [to, from] of answers) to.unpipe(from)
    },
    letGo() {
      isHeld = false
      for (const [to, from] of answers) to.pipe(from)
    },
  }
}
