import type { Subprotocol } from '../../../bench/shared/web-socket-stream.ts'
import { T } from '../wire/wire.ts'
import { toBuffer } from '../../../src/cli/conformance/scenarios/bytes.ts'
import type { Scenario, Sent, Step } from '../../../src/cli/conformance/scenarios/schema.ts'

const LENGTH_BYTES = 4

/** What only a stream of bytes has: its framing, a half-closed socket, and HEARTBEAT instead of pings. */
const OF_STREAMS: ReadonlySet<string> = new Set(['BEAT-2', 'BEAT-3', 'TIME-2', 'TIME-4'])

/** Whether a scenario can be played over a WebSocket as well. */
export function isPlayable({ id, steps }: Scenario, subprotocol: Subprotocol): boolean {
  return !id.some((one) => OF_STREAMS.has(one)) && steps.every((step) => canDo(step, subprotocol))
}

function canDo(step: Step, subprotocol: Subprotocol): boolean {
  if ('finish' in step) return false
  if (!('send' in step)) return true
  const sent = Array.isArray(step.send) ? step.send : [step.send]
  return sent.every((one) => canSend(one, subprotocol))
}

function canSend(sent: Sent, subprotocol: Subprotocol): boolean {
  if ('json' in sent) return subprotocol === 'roomrtc.binary' || hasName(Number.parseInt(sent.type, 16))
  if ('text' in sent)
    return (
      subprotocol === 'roomrtc.binary' ||
      (hasName(Number.parseInt(sent.type, 16)) && isObject(Buffer.from(sent.text)))
    )
  const bytes = toBuffer(sent.hex)
  for (let at = 0; at < bytes.length;) {
    const end = bytes.length - at >= LENGTH_BYTES ? at + LENGTH_BYTES + bytes.readUInt32BE(at) : Infinity
    if (end > bytes.length || end === at + LENGTH_BYTES) return false
    const payload = bytes.subarray(at + LENGTH_BYTES + 1, end)
    if (subprotocol === 'roomrtc.json' && !(hasName(bytes.readUInt8(at + LENGTH_BYTES)) && isObject(payload)))
      return false
    at = end
  }
  return true
}

function hasName(type: number): boolean {
  return Object.values<number>(T).includes(type)
}

/** Of text that is none there is no text of a message either. */
function isObject(payload: Buffer): boolean {
  return /^\{./s.test(payload.toString()) && !payload.toString().includes('\ufffd')
}
