import type { SfuNews, SfuStream } from '../../application/ports/sfu.ts'
import { SFU } from '../../application/room/signal-to-sfu.ts'
import { MAX_FRAME_LENGTH } from '../../protocol/framing/frame.ts'
import type { ServerMessage } from '../../protocol/message-table.ts'
import type { WireStream } from '../../protocol/messages/signaling.ts'
import { presentRefusal } from '../conversation/present-refusal.ts'

/** What is added to a message as it goes out, and more. */
const SPARE_BYTES = 1024

type Told = Exclude<SfuNews, { readonly kind: 'publishing' | 'speaking' }>

/** What the SFU has for a member, in the words of the wire. */
export function presentSfu(news: Told): readonly ServerMessage[] {
  const { seat } = news
  const between = { call_id: seat.room, from_user_id: SFU, to_user_id: seat.user }
  switch (news.kind) {
    case 'offer': {
      const { connection, sdp, streams } = news
      const payload = { ...between, sdp, connection, streams: streams.map(presentStream) }
      return Buffer.byteLength(JSON.stringify(payload)) > MAX_FRAME_LENGTH - SPARE_BYTES
        ? refused(connection, 'There are more streams in this room than a message can describe')
        : [{ type: 'SDP_OFFER', payload }]
    }
    case 'answer':
      return [{ type: 'SDP_ANSWER', payload: { ...between, sdp: news.sdp, connection: news.connection } }]
    case 'candidate': {
      const { connection, candidate, sdpMid: sdp_mid, sdpMlineIndex: sdp_mline_index } = news
      const payload = { ...between, candidate, sdp_mid, sdp_mline_index, connection }
      return [{ type: 'ICE_CANDIDATE', payload }]
    }
    case 'lost':
    case 'ready':
      return [{ type: 'SFU_STATE', payload: { room_id: seat.room, state: news.kind } }]
    case 'refused':
      return refused(news.connection, news.why)
  }
  news satisfies never
}

export function presentSpeaking(room_id: string, speaking: readonly string[]): ServerMessage {
  return { type: 'SFU_SPEAKING', payload: { room_id, user_ids: [...speaking] } }
}

function presentStream({ mid, user: user_id, kind, source }: SfuStream): WireStream {
  return { mid, user_id, kind, source }
}

function refused(connection: string, detail: string): readonly ServerMessage[] {
  return presentRefusal({ reason: 'sfu_refused', detail, facts: { connection } }, { negotiated: true })
}
