import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import type { Dice } from '../../dice.ts'

/** What befalls one connection. */
type Fate =
  | 'plain'
  /** Both sides end without a word, and what is under way is lost. */
  | 'cut'
  /** The client's side is cut; the server still gets what was under way, and notices late. */
  | 'linger'
  /** The client is told the end, or the server, while the other one is not. */
  | 'half-close'
  /** Nothing passes any more, and nobody is told. */
  | 'stall'

/** The last one takes long. */
const fates: readonly Fate[] = [
  ...Array.from({ length: 8 }, () => 'cut' as const),
  ...Array.from({ length: 6 }, () => 'linger' as const),
  ...Array.from({ length: 5 }, () => 'half-close' as const),
  'stall',
]

export interface ChaosProxy {
  readonly port: number
  /** From now on, what is open included. `gentle`: connections are cut and nothing else. */
  become(mode: 'gentle' | 'wild'): void
  close(): Promise<void>
}

/** Passes connections on to a port of this machine. So many of them meet a fate, once it is told to be so. */
export async function startChaosProxy(target: number, dice: Dice, mischief: number): Promise<ChaosProxy> {
  const sockets = new Set<Socket>()
  const timers = new Set<NodeJS.Timeout>()
  const open = new Set<() => void>()
  let left = mischief
  let mode: 'plain' | 'gentle' | 'wild' = 'plain'

  function own(socket: Socket): Socket {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.once('close', () => sockets.delete(socket))
    return socket.setNoDelay()
  }

  function later(ms: number, then: () => void): void {
    const timer = setTimeout(() => {
      timers.delete(timer)
      then()
    }, ms)
    timers.add(timer)
  }

  const server = createServer((client) => {
    own(client)
    const upstream = own(connect(target, '127.0.0.1'))
    // Opened twice: the other one says nothing, and ends some time.
    if (mode === 'wild' && dice.between(1, 4) === 1) {
      const twin = own(connect(target, '127.0.0.1'))
      later(dice.between(1, 300), () => twin.destroy())
    }
    let stalled = false
    let lingering = false
    carry(client, upstream, () => stalled)
    carry(upstream, client, () => stalled)
    client.once('close', () => {
      open.delete(befall)
      if (!lingering) upstream.destroy()
    })
    upstream.once('close', () => client.destroy())

    function befall(): void {
      const fate = chooseFate()
      later(dice.between(0, 120), () => {
        if (fate === 'cut') {
          client.resetAndDestroy()
          upstream.destroy()
        } else if (fate === 'linger') {
          lingering = true
          client.resetAndDestroy()
          later(dice.between(0, 150), () => upstream.destroy())
        } else if (fate === 'half-close') {
          dice.pick([client, upstream]).end()
        } else if (fate === 'stall') {
          stalled = true
        }
      })
    }

    open.add(befall)
    befall()
  })

  function chooseFate(): Fate {
    if (mode === 'plain' || left === 0) return 'plain'
    left -= 1
    return mode === 'gentle' ? 'cut' : dice.pick(fates)
  }

  /** In order, each piece late. */
  function carry(from: Socket, to: Socket, isStalled: () => boolean): void {
    const queue: Buffer[] = []
    from.on('data', (chunk: Buffer) => {
      queue.push(chunk)
      later(dice.between(0, 4), () => {
        const first = queue.shift()
        if (first !== undefined && !isStalled() && !to.destroyed) to.write(first)
      })
    })
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    become: (next) => {
      mode = next
      for (const befall of open) befall()
    },
    close: async () => {
      for (const timer of timers) clearTimeout(timer)
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
