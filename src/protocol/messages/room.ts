import { z } from 'zod'
import { readable } from '../codec/readable.ts'
import { seq } from '../codec/sequence-field.ts'

/** As many rooms as a list holds at most, and where nothing else is asked for. */
export const MAX_LISTED_ROOMS = 100

const MAX_NAME_LENGTH = 64
const MAX_INVITE_LENGTH = 64

/** What a member is called in the room. */
const nickname = z
  .string()
  .min(1)
  .max(MAX_NAME_LENGTH)
  .regex(/^[^\p{Cc}\p{Cs}]+$/u, 'expected a name without control characters')

const roomId = z.string().max(MAX_NAME_LENGTH)

export const member = z.object({
  user_id: z.string(),
  username: z.string(),
  nickname: z.string(),
  audio_muted: z.boolean(),
  video_muted: z.boolean(),
  state: z.enum(['connected', 'reconnecting']),
  /** Of rooms with a media server: whether it gets media from the member, and by which connection. */
  connected_to_voice: z.boolean().optional(),
  stream_id: z.string().optional(),
  /** What is not passed on because the owner of the room wants it so. */
  muted_by_owner: z.array(z.enum(['audio', 'video'])).optional(),
})

export type WireMember = z.infer<typeof member>

const reason = z.enum(['left', 'removed', 'closed', 'session_ended'])

const about = { name: z.string(), max_members: z.int(), invite_only: z.boolean() }

/** A room with all of its members but the one who is told. */
const roomShape = {
  room_id: z.string(),
  name: about.name,
  mode: z.enum(['mesh', 'sfu']),
  max_members: about.max_members,
  invite_only: about.invite_only,
  members: z.array(member),
  /** A permanent room has none. */
  owner_user_id: z.string().optional(),
}

export const room = z.object(roomShape)

export type WireRoom = z.infer<typeof room>

const update = z.object({
  room_id: roomId,
  nickname: nickname.optional(),
  audio_muted: z.boolean().optional(),
  video_muted: z.boolean().optional(),
})

const saysNothing = ({ nickname: name, audio_muted, video_muted }: z.infer<typeof update>) =>
  name === undefined && audio_muted === undefined && video_muted === undefined

const common = { needs: 'rooms', sequenced: true } as const

export const roomMessages = {
  ROOM_JOIN: {
    ...common,
    code: 0x30,
    about: 'Enters a room; the first to come makes it',
    cost: 5,
    client: readable(
      'ROOM_JOIN',
      z.object({
        room_id: roomId,
        nickname: nickname.optional(),
        invite: z.string().max(MAX_INVITE_LENGTH).optional(),
      }),
    ),
  },
  ROOM_JOINED: {
    ...common,
    code: 0x31,
    about: 'Answers ROOM_JOIN: the newcomer sends an offer to each member, in this order',
    server: readable('ROOM_JOINED', z.object({ ...roomShape, seq })),
  },
  ROOM_MEMBER: {
    ...common,
    code: 0x32,
    about: 'Tells what has become of another member',
    server: readable(
      'ROOM_MEMBER',
      z.object({
        room_id: z.string(),
        event: z.enum(['joined', 'left', 'updated', 'reconnecting', 'connected']),
        member,
        reason: reason.optional(),
        seq,
      }),
    ),
  },
  ROOM_UPDATE: {
    ...common,
    code: 0x33,
    about: 'Changes one’s nickname, mutes or unmutes',
    client: readable(
      'ROOM_UPDATE',
      update.refine((change) => !saysNothing(change), {
        path: ['nickname'],
        error: 'expected at least one of nickname, audio_muted and video_muted',
      }),
    ),
  },
  ROOM_LEAVE: {
    ...common,
    code: 0x34,
    about: 'Leaves a room',
    client: readable('ROOM_LEAVE', z.object({ room_id: roomId })),
  },
  ROOM_LEFT: {
    ...common,
    code: 0x35,
    about: 'Tells somebody that it is not in the room any more, and why',
    server: readable('ROOM_LEFT', z.object({ room_id: z.string(), reason, seq })),
  },
  ROOM_INVITE: {
    ...common,
    code: 0x36,
    about: 'A member asks a user in',
    cost: 5,
    client: readable('ROOM_INVITE', z.object({ room_id: roomId, to_user_id: z.string() })),
  },
  ROOM_INVITED: {
    ...common,
    code: 0x37,
    about: 'Tells a user that a member asks it in; `invite` goes into ROOM_JOIN',
    server: readable(
      'ROOM_INVITED',
      z.object({
        room_id: z.string(),
        name: z.string(),
        from_user_id: z.string(),
        from_username: z.string(),
        invite: z.string(),
        expires_in_ms: z.int().min(0),
        seq,
      }),
    ),
  },
  ROOM_REMOVE: {
    ...common,
    code: 0x38,
    about: 'Who made the room removes a member',
    client: readable('ROOM_REMOVE', z.object({ room_id: roomId, user_id: z.string() })),
  },
  ROOM_CLOSE: {
    ...common,
    code: 0x39,
    about: 'Who made the room ends it for all',
    client: readable('ROOM_CLOSE', z.object({ room_id: roomId })),
  },
  ROOM_LIST_REQUEST: {
    code: 0x3a,
    about: 'Asks for the rooms that one may see, a page at a time',
    needs: 'rooms',
    mayBeEmpty: true,
    client: readable(
      'ROOM_LIST_REQUEST',
      z.object({
        cursor: z.string().max(MAX_NAME_LENGTH).optional(),
        limit: z.int().min(1).max(MAX_LISTED_ROOMS).optional(),
      }),
    ),
  },
  ROOM_LIST: {
    code: 0x3b,
    about: 'Answers ROOM_LIST_REQUEST, in the order of the ids',
    needs: 'rooms',
    server: readable(
      'ROOM_LIST',
      z.object({
        rooms: z.array(z.object({ room_id: z.string(), ...about, members: z.int().min(0) })),
        next_cursor: z.string().optional(),
      }),
    ),
  },
} as const
