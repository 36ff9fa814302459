import { z } from 'zod'
import { readable } from '../codec/readable.ts'

/** As many calls as a page of the history holds at most, and where nothing else is asked for. */
export const MAX_HISTORY_PAGE = 50

const MAX_CURSOR_LENGTH = 144
const MAX_CALL_ID_LENGTH = 128

/** A call of the past. Instants are Unix milliseconds. */
const pastCall = z.object({
  call_id: z.string(),
  peer_user_id: z.string(),
  peer_username: z.string(),
  direction: z.enum(['incoming', 'outgoing']),
  /** Of `domain/call-record.ts`. No client must stumble over a word of a later server. */
  outcome: z.string(),
  started_at: z.int().min(0),
  duration_ms: z.int().min(0),
  seen: z.boolean(),
})

export const historyPage = z.object({
  entries: z.array(pastCall),
  unseen: z.int().min(0),
  next_cursor: z.string().optional(),
})

const wanted = z.object({
  cursor: z.string().max(MAX_CURSOR_LENGTH).optional(),
  limit: z.int().min(1).max(MAX_HISTORY_PAGE).optional(),
  missed: z.boolean().optional(),
})

/** Which part of the history is asked for. */
export type HistoryRequest = z.infer<typeof wanted>

const which = z.object({
  call_id: z.string().max(MAX_CALL_ID_LENGTH).optional(),
  up_to: z.int().min(0).optional(),
})

/** Which missed calls have been seen: one, all that began by an instant, or all. */
export type HistorySeen = z.infer<typeof which>

export const historyMessages = {
  HISTORY_REQUEST: {
    code: 0x50,
    about: 'Asks for one’s calls of the past, the newest first, a page at a time',
    needs: 'history',
    mayBeEmpty: true,
    client: readable('HISTORY_REQUEST', wanted),
  },
  HISTORY: {
    code: 0x51,
    about: 'Answers HISTORY_REQUEST',
    needs: 'history',
    server: readable('HISTORY', historyPage),
  },
  HISTORY_SEEN: {
    code: 0x52,
    about: 'Missed calls have been seen; from the server: how many have not',
    needs: 'history',
    mayBeEmpty: true,
    client: readable('HISTORY_SEEN', which),
    server: readable('HISTORY_SEEN', z.object({ unseen: z.int().min(0) })),
  },
} as const
