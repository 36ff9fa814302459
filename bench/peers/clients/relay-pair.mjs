import { randomUUID } from 'node:crypto'
import { counted } from '../../../dist/bench/load/relay/counted.js'
import { candidatePayload, sdpPayload } from '../../../dist/bench/load/relay/payloads.js'

/** As v1Pair of bench/load: each message bears a number, and what arrives is compared with what was sent, byte by byte. */
export function relayPair({ caller, callee }, kind, speech) {
  const v1 = { callId: randomUUID(), caller, callee }
  const { from_user_id, to_user_id, ...payload } =
    kind === 'candidate' ? candidatePayload(v1) : sdpPayload(v1)
  const { sent, arrives } = speech.relayed({ kind, from: from_user_id, to: to_user_id, payload })
  const outgoing = counted(Buffer.from(sent))
  const expected = counted(Buffer.from(arrives))

  return {
    send(count) {
      caller.client.sendSeveral(count, () => outgoing.next())
    },
    onArrived(arrived) {
      callee.client.watch((data) => {
        if (!expected.next().equals(data)) throw new Error(`not what was sent: ${data.subarray(0, 500)}`)
      }, arrived)
    },
  }
}
