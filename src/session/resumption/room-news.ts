import type { Owed } from '../../application/ports/session-journal.ts'
import { messageTable } from '../../protocol/message-table.ts'
import { isSfuNews, isSfuState, voidBySfuNews } from './sfu-news.ts'

const MEMBER = messageTable.ROOM_MEMBER.code
const LEFT = messageTable.ROOM_LEFT.code
const INVITED = messageTable.ROOM_INVITED.code
const SIGNALS: ReadonlySet<number> = new Set([
  messageTable.SDP_OFFER.code,
  messageTable.SDP_ANSWER.code,
  messageTable.ICE_CANDIDATE.code,
])

/** What is merged while nobody is there to be told. */
export function isOfRoom(owed: Owed): boolean {
  const { code } = owed
  return code === MEMBER || code === LEFT || code === INVITED || isSfuNews(owed)
}

/** Bounded by the members of the room and not by how often they come and go: it does not count among the frames. */
export function isRoomNews({ code }: Owed): boolean {
  return code === MEMBER
}

export function isInvitation({ code }: Owed): boolean {
  return code === INVITED
}

/** What becomes of messages that have never gone out when another one comes (ROOM-9). */
export interface Merged<Kept> {
  /** Which of them are taken back. */
  readonly takesBack: (older: Kept) => boolean
  /** The one of them in whose place another comes. */
  readonly replaced?: { readonly older: Kept; readonly by: Kept }
  /** Whether the new one is kept besides. */
  readonly keeps: boolean
}

/**
 * News of a member take the place of older news of it. Who came and went while the client was away leaves nothing, neither
 * news nor signals. So a client that comes back is told in at most two messages a member how it is now.
 */
export function mergeRoomNews<Kept extends Owed>(unsent: readonly Kept[], news: Kept): Merged<Kept> {
  const { code, about, from, event } = news
  if (isSfuNews(news)) return { takesBack: voidBySfuNews(unsent, news), keeps: true }
  if (code === INVITED)
    return { takesBack: (older) => older.code === INVITED && older.about === about, keeps: true }
  if (code === LEFT)
    return {
      takesBack: (older) =>
        older.about === about && (older.code === MEMBER || isSfuState(older) || SIGNALS.has(older.code)),
      keeps: true,
    }
  if (code !== MEMBER) return { takesBack: () => false, keeps: true }

  const ofMember = unsent.filter((older) => older.about === about && older.from === from)
  const told = ofMember.filter((older) => older.code === MEMBER)
  if (event === 'left') {
    const gone = told.find((older) => older.event === 'left')
    const wasKnown = gone === undefined && !told.some((older) => older.event === 'joined')
    return { takesBack: (older) => older !== gone && ofMember.includes(older), keeps: wasKnown }
  }
  if (event === 'joined') return { takesBack: () => false, keeps: true }
  const last = told.at(-1)
  if (last?.event !== 'joined') return { takesBack: (older) => older === last, keeps: true }
  // In its place, so that it is still told before the newcomer's offer.
  const by = { ...news, event: 'joined', text: asJoined(news.text) }
  return { takesBack: () => false, replaced: { older: last, by }, keeps: false }
}

/** `room_id` and `event` stand at the beginning, and a room id needs no quoting. */
function asJoined(text: string): string {
  return text.replace(/"event":"[a-z]+"/, '"event":"joined"')
}

/** Of signals of one sender. */
const MAX_BYTES_OF_ONE = 65_536

/**
 * Whether a member may send one more signal, of so many bytes, to somebody who is away. All such signals together leave half of the outbox
 * to everything else, so that no member can cost another its session.
 */
export function takesSignal(
  unsent: readonly (Owed & { readonly bytes: number })[],
  { from, bytes }: { readonly from: string; readonly bytes: number },
  limits: { readonly maxFrames: number; readonly maxBytes: number },
): boolean {
  const waiting = unsent.filter(({ code }) => SIGNALS.has(code))
  const sum = (frames: typeof waiting) => frames.reduce((total, frame) => total + frame.bytes, bytes)
  return (
    waiting.length < limits.maxFrames / 2 &&
    sum(waiting) < limits.maxBytes / 2 &&
    sum(waiting.filter((signal) => signal.from === from)) < MAX_BYTES_OF_ONE
  )
}
