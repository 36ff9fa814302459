import { type Counted, counted } from './counted.ts'
import type { Call } from '../clients/calls.ts'
import { messagePair } from './message-pair.ts'
import { candidatePayload, sdpPayload } from './payloads.ts'
import type { RelayPair } from './relay-pair.ts'
import { frame, T } from '../../shared/wire.ts'

export type Kind = 'candidate' | 'sdp'

const LENGTH_BYTES = 4

/**
 * A call on the wire of v1. Each message bears a number, and what arrives is compared with what was sent, byte by byte; but
 * for `seq` at its end where the server numbers it too.
 */
export function v1Pair(call: Call, kind: Kind, numbered = false): RelayPair {
  const type = kind === 'candidate' ? T.ICE_CANDIDATE : T.SDP_OFFER
  const payload = kind === 'candidate' ? candidatePayload(call) : sdpPayload(call)
  const { caller, callee } = call
  const [from, to] = [caller.client.webSocket, callee.client.webSocket]
  if (from !== undefined && to !== undefined && !numbered) return messagePair(from, to, frame(type, payload))
  const outgoing = counted(frame(type, payload))
  const expected = counted(frame(type, payload))

  return {
    send(count) {
      caller.client.write(several(outgoing, count))
    },
    onArrived(arrived) {
      let count = 0
      callee.client.watch(
        type,
        (_type, bytes, start, end) => {
          const wanted = expected.next()
          const same = numbered
            ? bytes.compare(
                wanted,
                LENGTH_BYTES,
                wanted.length - 1,
                start + LENGTH_BYTES,
                start + wanted.length - 1,
              ) === 0
            : wanted.equals(bytes.subarray(start, end))
          if (!same) {
            throw new Error(`not what was sent: ${bytes.toString('utf8', start, Math.min(end, start + 500))}`)
          }
          count += 1
        },
        () => {
          if (count === 0) return
          const now = count
          count = 0
          arrived(now)
        },
      )
    },
  }
}

function several(message: Counted, count: number): Buffer {
  const bytes = Buffer.allocUnsafe(count * message.length)
  for (let i = 0; i < count; i++) message.next().copy(bytes, i * message.length)
  return bytes
}
