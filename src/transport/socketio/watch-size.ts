import type { Socket } from 'node:net'
import type { SocketIoClient } from './client.ts'

/** The heads of fragments. */
const OVERHEAD_BYTES = 1024

/**
 * `ws` knows one limit for all messages. Who has not logged in has a lower one: so much may have come since the last
 * message that was whole.
 */
export function watchSize(socket: Socket, client: SocketIoClient): void {
  let bytes = 0
  let { packets } = client
  socket.on('data', (chunk: Buffer) => {
    bytes = client.packets === packets ? bytes + chunk.length : 0
    packets = client.packets
    if (!client.isLoggedIn && bytes > client.maxBytes + OVERHEAD_BYTES)
      client.fail('frame_too_large_before_login')
  })
}
