import type { Owed } from '../../application/ports/session-journal.ts'
import { messageTable } from '../../protocol/message-table.ts'
import type { OutboxBudget } from './outbox-budget.ts'
import { dropsMessages, isMessage } from './message-news.ts'
import { isInvitation, isOfRoom, isRoomNews, mergeRoomNews, takesSignal } from './room-news.ts'

export interface OutboxLimits {
  readonly maxFrames: number
  /** Of frames, header included. */
  readonly maxBytes: number
}

export interface Numbered extends Owed {
  readonly seq: number
}

interface Kept extends Owed {
  readonly bytes: number
  /** About a call that has ended without the client's doing, or bounded otherwise: it does not count among the frames. */
  readonly over: boolean
}

/** Calls that were missed and invitations, of which a line each is kept; the oldest go first. */
const MAX_MISSED = 100

const RING = messageTable.CALL_NOTIFICATION.code
const PEER_STATE = messageTable.PEER_STATE.code
const MOVED = '"state":"moved"'
const ENDS: ReadonlySet<number> = new Set([messageTable.HANGUP.code, messageTable.CALL_DECLINED.code])

/**
 * What a client is owed exactly once and has not acknowledged: bounded, the oldest go first (RESUME-8). Kept as text,
 * because a small buffer keeps alive the whole slab that it was cut from.
 *
 * What others can put into it without the client's doing is bounded by what it replaces (RESUME-14): a call that
 * begins and ends while the client is away leaves one line, of which the last so many are kept. That may be, since messages
 * that have never gone out can still be numbered anew.
 */
export class Outbox {
  readonly #limits: OutboxLimits
  readonly #budget: OutboxBudget | undefined
  /** By number: taking the first off an array would move all the rest. Most clients are owed nothing most of the time. */
  #sent: Map<number, Kept> | undefined
  /** What has come while there was no connection. */
  #unsent: Kept[] | undefined
  #firstSeq: number
  #bytes = 0
  #over = 0

  constructor(limits: OutboxLimits, budget?: OutboxBudget, firstSeq = 1) {
    this.#limits = limits
    this.#budget = budget
    this.#firstSeq = firstSeq
  }

  /** The number of the earliest message that is kept, or of the next one where none is. */
  get firstSeq(): number {
    return this.#firstSeq
  }

  /** The number that the next message bears. */
  get nextSeq(): number {
    return this.#firstSeq + this.#size
  }

  get bytes(): number {
    return this.#bytes
  }

  /** In the order of their numbers. */
  get messages(): readonly Numbered[] {
    let seq = this.#firstSeq
    return [...(this.#sent?.values() ?? []), ...(this.#unsent ?? [])].map((kept) => ({ ...kept, seq: seq++ }))
  }

  /** Those after that number, while there is a connection: all have gone out then. */
  *after(seq: number): Iterable<Numbered> {
    for (let next = Math.max(seq + 1, this.#firstSeq); next < this.nextSeq; next += 1) {
      const kept = this.#sent?.get(next)
      if (kept !== undefined) yield { ...kept, seq: next }
    }
  }

  /** How many of the messages have ever gone out. */
  get sentCount(): number {
    return this.#sent?.size ?? 0
  }

  get #size(): number {
    return this.sentCount + (this.#unsent?.length ?? 0)
  }

  /** `bytes`: what its frame takes. `sent`: it goes out at once. */
  add(owed: Owed, bytes: number, sent: boolean): void {
    const { code, text, requestId, about, from, event } = owed
    const missed = about !== undefined && ENDS.has(code) && this.#callIsOver(about)
    // Written out: to copy an object costs more than all the rest.
    const kept = { code, text, requestId, about, from, event, bytes, over: missed && !sent }
    if (!sent && isOfRoom(kept)) {
      this.#addRoomNews(kept)
      return
    }
    if (sent) {
      this.#sent ??= new Map()
      this.#sent.set(this.nextSeq, kept)
    } else {
      this.#unsent ??= []
      if (code === PEER_STATE) this.#takeBack((older) => older.about === about && isReplaced(older, text))
      if (isMessage(kept)) {
        this.#addMessage(kept)
        return
      }
      this.#unsent.push(kept)
      if (missed) {
        this.#over += 1
        this.#forgetOldestMissed()
      }
    }
    this.#grow(bytes)
    this.#keepBounds()
  }

  /** Whether a member of a room may have a signal wait here for a client that is away. */
  takesSignal(signal: { readonly from: string; readonly bytes: number }): boolean {
    return takesSignal(this.#unsent ?? [], signal, this.#limits)
  }

  /** The latest wait, and the rest is in the history (MSG-14). */
  #addMessage(message: Kept): void {
    this.#unsent?.push({ ...message, over: true })
    this.#over += 1
    this.#grow(message.bytes)
    const dropped = dropsMessages(this.#unsent ?? [], this.#limits.maxBytes)
    if (dropped.size > 0) this.#takeBack((older) => dropped.has(older))
    this.#keepBounds()
  }

  #addRoomNews(news: Kept): void {
    const { takesBack, replaced, keeps } = mergeRoomNews(this.#unsent ?? [], news)
    this.#takeBack(takesBack)
    if (replaced !== undefined) {
      const by = { ...replaced.by, over: true }
      this.#unsent = this.#unsent?.map((older) => (older === replaced.older ? by : older))
      this.#grow(by.bytes - replaced.older.bytes)
    }
    if (keeps) {
      const isUncounted = isRoomNews(news) || isInvitation(news)
      this.#unsent ??= []
      this.#unsent.push({ ...news, over: isUncounted })
      if (isUncounted) this.#over += 1
      if (isInvitation(news)) this.#forgetOldestMissed()
      this.#grow(news.bytes)
    }
    this.#keepBounds()
  }

  #keepBounds(): void {
    const { maxFrames, maxBytes } = this.#limits
    while (this.#size - this.#over > maxFrames || this.#bytes > maxBytes) this.#forgetFirst()
  }

  /** The client has them up to this one. */
  acknowledge(seq: number): void {
    while (this.#firstSeq <= seq && this.#size > 0) this.#forgetFirst()
  }

  /** All of it goes out now. */
  handOver(): void {
    if (this.#unsent === undefined) return
    this.#sent ??= new Map()
    let seq = this.#firstSeq + this.#sent.size
    for (const kept of this.#unsent) this.#sent.set(seq++, kept)
    this.#unsent = undefined
  }

  /** Gives everything up: the session cannot be resumed by a client that has missed something. */
  forgetAll(): void {
    while (this.#size > 0) this.#forgetFirst()
  }

  /** Whether the client has never been told of the call; then all about it is taken back. */
  #callIsOver(call: string): boolean {
    const isRing = ({ code, about }: Kept) => code === RING && about === call
    if (this.#unsent?.some(isRing) === true) {
      this.#takeBack(({ about }) => about === call)
      return true
    }
    for (const [seq, kept] of this.#sent ?? []) {
      if (!isRing(kept) || kept.over) continue
      const text = withoutExtras(kept.text)
      const bytes = kept.bytes - (kept.text.length - text.length)
      this.#sent?.set(seq, { ...kept, text, bytes, over: true })
      this.#grow(bytes - kept.bytes)
      this.#over += 1
    }
    return false
  }

  #forgetOldestMissed(): void {
    const missed = this.#unsent?.filter((kept) => kept.over && !isRoomNews(kept) && !isMessage(kept)) ?? []
    if (missed.length > MAX_MISSED) this.#takeBack((kept) => kept === missed[0])
  }

  #takeBack(which: (kept: Kept) => boolean): void {
    const taken = this.#unsent?.filter(which) ?? []
    if (taken.length === 0) return
    this.#unsent = this.#unsent?.filter((kept) => !which(kept))
    for (const kept of taken) this.#forgotten(kept)
  }

  #forgetFirst(): void {
    const sent = this.#sent?.get(this.#firstSeq)
    const first = sent ?? this.#unsent?.shift()
    this.#sent?.delete(this.#firstSeq)
    this.#firstSeq += 1
    if (first !== undefined) this.#forgotten(first)
    if (this.#size > 0) return
    this.#sent = undefined
    this.#unsent = undefined
  }

  #forgotten({ bytes, over }: Kept): void {
    this.#grow(-bytes)
    if (over) this.#over -= 1
  }

  #grow(bytes: number): void {
    this.#bytes += bytes
    this.#budget?.grow(bytes)
  }
}

/** By a later PEER_STATE. That the other party has moved, and offers anew, stays to be told. */
function isReplaced({ code, text }: Kept, by: string): boolean {
  return code === PEER_STATE && (!text.includes(MOVED) || by.includes(MOVED))
}

/** Of a ring that is over the offer and the applications' own object are of no use. */
function withoutExtras(text: string): string {
  if (!EXTRAS.some((key) => text.includes(`"${key}":`))) return text
  return JSON.stringify(JSON.parse(text, (key, value: unknown) => (EXTRAS.includes(key) ? undefined : value)))
}

const EXTRAS: readonly string[] = ['sdp', 'metadata']
