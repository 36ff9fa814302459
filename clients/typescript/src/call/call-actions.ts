import type { Person } from '../users/person.ts'
import type { ClientMessage } from '../wire/client-messages.ts'
import type { CallActions, RoomCall } from './room-call.ts'
import { toMessage } from './signal-messages.ts'
import { fieldsOf } from './wire-side.ts'

export interface Teller {
  readonly me: () => Person | undefined
  /** Whether hold and mute can be told. */
  readonly canUpdate: () => boolean
}

/** What calls ask to be done, in the words of the server. */
export function callActions(
  { me, canUpdate }: Teller,
  post: (message: ClientMessage) => void,
  /** A call of which the server has told no id. */
  takeBack: (call: RoomCall) => void,
): CallActions {
  return {
    accept: ({ id = '' }, sdp) => {
      const payload = { call_id: id, accepted: true, ...(sdp !== undefined && { sdp }) }
      post({ type: 'CALL_RESPONSE', payload })
    },
    decline: ({ id = '' }) => {
      post({ type: 'CALL_RESPONSE', payload: { call_id: id, accepted: false } })
    },
    cancel: (call) => {
      if (call.id === undefined) takeBack(call)
      else post({ type: 'HANGUP', payload: { call_id: call.id } })
    },
    hangup: ({ id = '' }) => {
      post({ type: 'HANGUP', payload: { call_id: id } })
    },
    update: ({ id = '' }, change) => {
      if (canUpdate()) post({ type: 'CALL_UPDATE', payload: { call_id: id, ...fieldsOf(change) } })
    },
    transfer: ({ id = '' }, to) => {
      post({ type: 'CALL_TRANSFER', payload: { call_id: id, to_user_id: to.id } })
    },
    cancelTransfer: (ring) => {
      post({ type: 'HANGUP', payload: { call_id: ring } })
    },
    signal: ({ id = '', peer }, signal) => {
      post(toMessage({ call_id: id, from_user_id: me()?.id ?? '', to_user_id: peer.id }, signal))
    },
  }
}
