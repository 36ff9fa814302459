import type { Outcome } from '../../application/effect.ts'
import type { Seat } from '../../application/ports/sfu.ts'
import { wholeRoomId } from '../../application/room/room-rules.ts'
import { signalToSfu } from '../../application/room/signal-to-sfu.ts'
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

export function renewAtSfu(
  { room }: Session,
  { payload }: Extract<ClientMessage, { type: 'SFU_RENEW' }>,
  roomLabel: string,
): Outcome {
  if (room === undefined || wholeRoomId(roomLabel, payload.room_id) !== room.room.id)
    return err({ reason: RefusalReason.notRoomMember })
  if (room.seat !== undefined) return ok([{ kind: 'sfu-renew', seat: room.seat }])
  return err({ reason: RefusalReason.sfuRefused, detail: 'The media of this room go through no server' })
}
