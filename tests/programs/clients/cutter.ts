import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** A way to a server that fails when it is told to. */
export interface Cutter {
  readonly port: number
  /** How many connections were made through it. */
  readonly connections: () => number
  /** Cuts all connections at once, both ways. */
  readonly cut: () => void
  /** Cuts after so many further bytes of the client, in the middle of a frame if it comes so. */
  readonly cutAfter: (bytes: number) => void
}

export async function startCutter(ends: (() => unknown)[], to: () => number): Promise<Cutter> {
  const pairs = new Set<readonly [Socket, Socket]>()
  let made = 0
  let left = Infinity
  const server = createServer((client) => {
    made += 1
    const upstream = connect(to(), '127.0.0.1')
    const pair = [client, upstream] as const
    pairs.add(pair)
    for (const socket of pair) {
      socket.setNoDelay()
      socket.on('error', () => undefined)
      socket.on('close', () => {
        pairs.delete(pair)
        client.destroy()
        upstream.destroy()
      })
    }
    upstream.on('data', (bytes) => client.write(bytes))
    client.on('data', (bytes) => {
      upstream.write(bytes.subarray(0, Math.min(bytes.length, left)))
      left -= bytes.length
      if (left > 0) return
      left = Infinity
      // What was let through still arrives.
      upstream.end(() => {
        cut()
      })
    })
  })
  const cut = () => {
    for (const [client, upstream] of pairs) {
      client.destroy()
      upstream.destroy()
    }
  }
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  ends.push(() => {
    cut()
    server.close()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port')
  return {
    port: address.port,
    connections: () => made,
    cut,
    cutAfter(bytes) {
      left = bytes
    },
  }
}
