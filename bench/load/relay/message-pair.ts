import type { WebSocketStream } from '../../shared/web-socket-stream.ts'
import { counted, NUMBER } from './counted.ts'
import type { RelayPair } from './relay-pair.ts'

/**
 * Two WebSockets whose messages are ready before they are sent, and are compared as they come: what the clients of other
 * servers do (`bench/peers/clients/client.mjs`). To make frames of them first would count as time in the server.
 */
export function messagePair(from: WebSocketStream, to: WebSocketStream, frame: Buffer): RelayPair {
  const message = from.messageOf(frame)
  const outgoing = counted(Buffer.from(message))
  const expected = counted(Buffer.from(message))
  // Of its kind and of this call, whatever its number.
  const head = message.subarray(0, message.indexOf(NUMBER))

  return {
    send(count) {
      from.sendMessages(count, () => outgoing.next())
    },
    onArrived(arrived) {
      let count = 0
      to.watchMessages((data) => {
        if (data.compare(head, 0, head.length, 0, Math.min(head.length, data.length)) !== 0) return false
        if (!expected.next().equals(data))
          throw new Error(`not what was sent: ${data.toString('utf8', 0, 500)}`)
        // All messages of a piece that came in are told before what is put off here.
        if (count++ > 0) return true
        process.nextTick(() => {
          const now = count
          count = 0
          arrived(now)
        })
        return true
      })
    },
  }
}
