import { z } from 'zod'
import { readable } from '../codec/readable.ts'

/** More than this nobody watches, whatever the configuration says: with all their states they fit into one frame. */
const MAX_WATCHED = 2000

/** As long as an id may be. */
const MAX_USER_ID_LENGTH = 128
const MAX_ROOM_ID_LENGTH = 64

const wanted = z.object({
  user_ids: z.array(z.string().min(1).max(MAX_USER_ID_LENGTH)).max(MAX_WATCHED).optional(),
  room_ids: z.array(z.string().min(1).max(MAX_ROOM_ID_LENGTH)).max(MAX_WATCHED).optional(),
  all: z.boolean().optional(),
})

/** What a client wants to be told of from now on. */
export type WatchRequest = z.infer<typeof wanted>

/** Without a name the account is not there, or the client has been told it before. */
const user = z.object({
  user_id: z.string(),
  username: z.string().optional(),
  state: z.enum(['Disconnected', 'Available', 'Busy']),
})

export type WatchedUser = z.infer<typeof user>

/** Without a name there is no such room, or none that one may see. */
const room = z.object({
  room_id: z.string(),
  name: z.string().optional(),
  max_members: z.int().optional(),
  invite_only: z.boolean().optional(),
  members: z.int().min(0),
})

export type WatchedRoom = z.infer<typeof room>

export const watchMessages = {
  WATCH: {
    code: 0x5a,
    about: 'Names the users, and the rooms, of whose changes one is to be told, in place of all users',
    needs: 'watch',
    cost: 2,
    client: readable(
      'WATCH',
      wanted.refine(({ user_ids, all }) => all !== true || user_ids === undefined, {
        path: ['all'],
        error: 'comes without "user_ids"',
      }),
    ),
  },
  WATCHED: {
    code: 0x5b,
    about: 'Answers WATCH, and follows RESUMED: the present states of what one watches',
    needs: 'watch',
    server: readable('WATCHED', z.object({ all: z.boolean(), users: z.array(user), rooms: z.array(room) })),
  },
  WATCHED_ROOM: {
    code: 0x5c,
    about: 'Tells how many are in a room that one watches',
    needs: 'watch',
    server: readable('WATCHED_ROOM', room),
  },
} as const
