import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** An HTTP connection of which a test writes every byte. */
export interface RawHttp {
  readonly socket: Socket
  /** All that has come so far. */
  readonly received: () => string
  /** Resolves when that is in it. */
  readonly until: (text: string) => Promise<void>
  readonly closed: Promise<unknown>
}

export function rawHttp(port: number, opening = ''): RawHttp {
  const socket = connect({ port, host: '127.0.0.1' })
  const closed = once(socket, 'close')
  let received = ''
  socket.setEncoding('utf8').on('data', (text: string) => (received += text))
  socket.on('error', () => undefined)
  socket.write(opening)
  return {
    socket,
    received: () => received,
    closed,
    async until(text) {
      while (!received.includes(text)) {
        if (socket.destroyed) throw new Error(`closed without ${text}: ${received}`)
        await Promise.race([once(socket, 'data'), closed])
      }
    },
  }
}
