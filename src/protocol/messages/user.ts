import { z } from 'zod'
import { added } from '../codec/added-field.ts'
import { readable } from '../codec/readable.ts'
import { MAX_CURSOR_LENGTH } from '../user-list/user-list-cursor.ts'

const MAX_PAGE = 10_000
/** No stored name is longer. */
const MAX_QUERY_LENGTH = 1024

const state = z.enum(['Disconnected', 'Available', 'Busy'])

/** Flat, because the native client cuts the list at the first `]` and at `},`. */
const listedUser = z.object({ user_id: z.string(), username: z.string(), state })

export type ListedUser = z.infer<typeof listedUser>

const wanted = z.object({
  cursor: added(z.string().max(MAX_CURSOR_LENGTH).optional()),
  limit: added(z.int().min(1).max(MAX_PAGE).optional()),
  query: added(z.string().max(MAX_QUERY_LENGTH).optional()),
  state: added(state.optional()),
})

/** Which part of the user list is asked for (PRES-6 to PRES-9). */
export type UserListRequest = z.infer<typeof wanted>

const list = z.object({
  users: z.array(listedUser),
  truncated: added(z.literal(true).optional()),
  next_cursor: added(z.string().optional()),
})

export const userMessages = {
  USER_LIST_REQUEST: {
    code: 0x05,
    about: 'Asks for the registered users and their states, all or a part',
    client: readable('USER_LIST_REQUEST', wanted),
    cost: 5,
    mayBeEmpty: true,
  },
  USER_LIST_RESPONSE: {
    code: 0x06,
    about: 'Answers USER_LIST_REQUEST; `truncated` and `next_cursor` where there are more',
    server: readable('USER_LIST_RESPONSE', list),
  },
  USER_STATE_UPDATE: {
    code: 0x07,
    about: "Tells of a user's change of state",
    server: readable('USER_STATE_UPDATE', listedUser),
  },
} as const
