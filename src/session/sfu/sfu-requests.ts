import type { Outcome } from '../../application/effect.ts'
import type { Seat } from '../../application/ports/sfu.ts'
import { wholeRoomId } from '../../application/room/room-rules.ts'
import { NO_SFU, signalToSfu } from '../../application/room/signal-to-sfu.ts'
import { RefusalReason } from '../../domain/refusal.ts'
import { err, ok } from '../../domain/result.ts'
import type { ClientMessage } from '../../protocol/message-table.ts'
import { readSignal, type SignalMessage } from '../requests/read-request.ts'
import type { Session } from '../session.ts'

/** The name of a publishing connection where its client gives it none. */
const PUBLISH = 'publish'

/** The outcome of a signal of somebody who has a seat. */
export function relayToSfu(seat: Seat, message: SignalMessage): Outcome {
  const { to, signal } = readSignal(message)
  const { connection } = message.payload
  if (connection === undefined && signal.kind === 'answer') {
    const detail = 'SDP_ANSWER: "connection" is missing: the name that the offer bore'
    return err({ reason: RefusalReason.sfuRefused, detail })
  }
  return signalToSfu(seat, { to, signal: { ...signal, connection: connection ?? PUBLISH } })
}

type Asked = Extract<ClientMessage, { type: 'SFU_RENEW' | 'SFU_LAYERS' }>

/** What a member wants of its own connections. */
export function askSfu({ room }: Session, { type, payload }: Asked, roomLabel: string): Outcome {
  if (room === undefined || wholeRoomId(roomLabel, payload.room_id) !== room.room.id)
    return err({ reason: RefusalReason.notRoomMember })
  const { seat } = room
  if (seat === undefined) return err({ reason: RefusalReason.sfuRefused, detail: NO_SFU })
  if (type === 'SFU_RENEW') return ok([{ kind: 'sfu-renew', seat }])
  const { connection, mid, substream, temporal } = payload
  return ok([{ kind: 'sfu-layers', seat, layers: { connection, mid, substream, temporal } }])
}
