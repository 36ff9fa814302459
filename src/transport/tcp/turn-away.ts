import type { Socket } from 'node:net'
import { encodeMessage } from '../../protocol/codec/encode-message.ts'
import { presentRefusal, type WireRefusal } from '../../session/conversation/present-refusal.ts'

/** Tells a peer why it may not come in, and ends. */
export function turnAway(socket: Socket, refusal: WireRefusal): void {
  // Of a broken connection 'close' tells.
  socket.on('error', () => undefined)
  for (const message of presentRefusal(refusal, { negotiated: false })) socket.write(encodeMessage(message))
  socket.end()
}
