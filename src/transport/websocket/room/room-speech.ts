import type { IncomingMessage } from 'node:http'
import { err, ok, type Result } from '../../../domain/result.ts'
import { LENGTH_BYTES, TYPE_BYTES } from '../../../protocol/framing/frame.ts'
import type { RawAnswer } from '../../admission/raw-answer.ts'
import type { Connection } from '../../connection/connection.ts'
import type { Speech } from '../open-connection.ts'
import { TEXT } from '../outgoing-frame.ts'
import { EventIntake } from './event-intake.ts'
import { EventWriter } from './event-writer.ts'
import { RoomConversation } from './room-conversation.ts'

const NOTHING = Buffer.alloc(0)

/** Made of the events that go to many; none does. */
const NONE_SHARED = new WeakMap<Buffer, Buffer>()

/**
 * Clients that know rooms and nothing else: the path names the room, the query has the token, and all the rest are events
 * (DOOR-1).
 */
export function roomSpeech({ url = '', headers }: IncomingMessage): Result<Speech, RawAnswer> {
  if (headers['sec-websocket-protocol'] !== undefined)
    return err({
      code: 400,
      name: 'Bad Request',
      error: 'unknown_subprotocol',
      message: 'At the door of a room no subprotocol is spoken: offer none',
    })
  const [path = '', query = ''] = url.split('?', 2)
  const asked = new URLSearchParams(query)
  const token = asked.get('token') ?? ''
  if (token === '')
    return err({
      code: 401,
      name: 'Unauthorized',
      error: 'token_required',
      message: 'Send a token: ?token=TOKEN, from POST /auth/login',
    })
  const conversation = new RoomConversation({
    token,
    room_id: path.slice(path.lastIndexOf('/') + 1),
    nickname: asked.get('nickname') ?? undefined,
    invite: asked.get('invite') ?? undefined,
  })
  return ok({
    subprotocol: {
      name: '',
      transport: 'websocket-json',
      opcode: TEXT,
      surplus: 0,
      opening: () => NOTHING,
      rest: LENGTH_BYTES + TYPE_BYTES,
      shared: NONE_SHARED,
      read: (text, isBinary) => conversation.hear(text, isBinary),
    },
    translation: {
      intake: (events) => new EventIntake(conversation, events),
      writer: (events) => new EventWriter(conversation, events),
      begin(connection: Connection) {
        conversation.begin(connection)
      },
    },
  })
}
