import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { idOfName } from '../shared/users.ts'
import { frame, T } from '../shared/wire.ts'
import { type Client, online } from './client.ts'

const request = z.object({
  username: z.string().default(''),
  to_user_id: z.string().default(''),
  call_id: z.string().default(''),
  accepted: z.boolean().default(false),
  timestamp: z.number().default(0),
})

/**
 * Everything but the relay: who is who, and whose peer is who. It believes what it is told, and takes everybody for
 * Available from the beginning, so that a login is no change of state; calls are.
 */
export function answer(client: Client, type: number, text: string): void {
  const { username, to_user_id, call_id, accepted, timestamp } = request.parse(JSON.parse(text))
  const identity = { user_id: idOfName(username), username }

  switch (type) {
    case T.REGISTER_REQUEST:
      tell(client, T.REGISTER_RESPONSE, { success: true, ...identity })
      break
    case T.LOGIN_REQUEST:
      Object.assign(client, identity)
      online.set(client.user_id, client)
      tell(client, T.LOGIN_RESPONSE, { success: true, ...identity })
      break
    case T.HEARTBEAT:
      tell(client, T.HEARTBEAT, { timestamp })
      break
    case T.CALL_REQUEST: {
      const callee = online.get(to_user_id)
      if (callee === undefined) break
      client.peer = callee
      callee.peer = client
      const caller = { from_user_id: client.user_id, from_username: client.username }
      tell(callee, T.CALL_NOTIFICATION, { call_id: randomUUID(), ...caller })
      announce(client, 'Busy')
      break
    }
    case T.CALL_RESPONSE: {
      const caller = client.peer
      if (caller === undefined) break
      const answered = { call_id, peer_user_id: client.user_id, peer_username: client.username }
      tell(caller, accepted ? T.CALL_ACCEPTED : T.CALL_DECLINED, answered)
      if (accepted) {
        announce(client, 'Busy')
      } else {
        part(client, caller)
        announce(caller, 'Available')
      }
      break
    }
    case T.HANGUP: {
      const { peer } = client
      if (peer === undefined) break
      tell(peer, T.HANGUP, { call_id })
      part(client, peer)
      announce(client, 'Available')
      announce(peer, 'Available')
      break
    }
  }
}

function part(one: Client, other: Client): void {
  one.peer = undefined
  other.peer = undefined
}

/** To everybody but the user itself, as a frame and a write of its own each. */
function announce(about: Client, state: 'Available' | 'Busy'): void {
  const update = frame(T.USER_STATE_UPDATE, { user_id: about.user_id, username: about.username, state })
  for (const listener of online.values()) {
    if (listener !== about) listener.socket.write(update)
  }
}

function tell(client: Client, type: number, payload: object): void {
  client.socket.write(frame(type, payload))
}
