import { z } from 'zod'
import { added } from '../added-field.ts'
import { readable } from '../readable.ts'

/** Flat, because the native client cuts the list at the first `]` and at `},`. */
const listedUser = z.object({
  user_id: z.string(),
  username: z.string(),
  state: z.enum(['Disconnected', 'Available', 'Busy']),
})

export type ListedUser = z.infer<typeof listedUser>

export const userMessages = {
  USER_LIST_REQUEST: {
    code: 0x05,
    about: 'Asks for every registered user and its state',
    client: readable('USER_LIST_REQUEST', z.object({})),
    mayBeEmpty: true,
  },
  USER_LIST_RESPONSE: {
    code: 0x06,
    about: 'Answers USER_LIST_REQUEST; `truncated` where not every user fits a frame',
    server: readable(
      'USER_LIST_RESPONSE',
      z.object({ users: z.array(listedUser), truncated: added(z.literal(true).optional()) }),
    ),
  },
  USER_STATE_UPDATE: {
    code: 0x07,
    about: "Tells of a user's change of state",
    server: readable('USER_STATE_UPDATE', listedUser),
  },
} as const
