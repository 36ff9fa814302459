import type { Socket } from 'node:net'
import { encodeMessage } from '../protocol/encode-message.ts'
import { presentRefusal, type WireRefusal } from '../session/present-refusal.ts'

/** Tells a peer why it may not come in, and ends; one that does not read is not waited for long. Until then it is `among`. */
export function turnAway(
  socket: Socket,
  among: Set<Socket>,
  refusal: WireRefusal,
  lingerTimeoutMs: number,
): void {
  among.add(socket)
  const linger = setTimeout(() => socket.destroy(), lingerTimeoutMs)
  socket.on('close', () => {
    clearTimeout(linger)
    among.delete(socket)
  })
  // Of a broken connection 'close' tells.
  socket.on('error', () => undefined)
  for (const message of presentRefusal(refusal, { negotiated: false })) socket.write(encodeMessage(message))
  socket.end()
  // Reads on, and discards: a reset caused by unread bytes would cost the peer our word.
  socket.resume()
}
