import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { parseUserId, type UserId } from '../../../domain/ids.ts'

/** A microphone, a camera, a screen with its sound: what a member sends beyond that is not passed on. */
const MAX_STREAMS_EACH = 4

/** An offer for so many still fits into a message. */
const MAX_STREAMS = 256

/** A stream of somebody's that can be subscribed to. */
export interface FeedStream {
  readonly feed: string
  readonly mid: string
  readonly user: UserId
  readonly kind: 'audio' | 'video'
}

const publishers = z.array(
  z.object({
    id: z.string(),
    streams: z.array(z.object({ type: z.string(), mid: z.string(), disabled: z.boolean().optional() })),
  }),
)

/** What Janus tells of the others: who publishes (all of it, again where it has changed), and who does not any more. */
const news = z.object({
  publishers: publishers.optional(),
  unpublished: z.string().optional(),
  leaving: z.string().optional(),
})

/** A participant's name in Janus: a member that comes again before it is quite gone is another participant. */
export function makeFeedId(user: UserId): string {
  return `${user}#${randomBytes(6).toString('base64url')}`
}

export function userOf(feed: string): UserId | undefined {
  return parseUserId(feed.slice(0, feed.lastIndexOf('#')))
}

/** What the others of a room publish, as one member's handle hears it. */
export class Feeds {
  readonly #own: UserId
  readonly #feeds = new Map<string, readonly FeedStream[]>()

  constructor(own: UserId) {
    this.#own = own
  }

  clear(): void {
    this.#feeds.clear()
  }

  /** Whether something has changed. */
  hear(data: unknown): boolean {
    const read = news.safeParse(data)
    if (!read.success) return false
    for (const { id, streams } of read.data.publishers ?? [])
      this.#feeds.set(id, this.#streamsOf(id, streams))
    for (const gone of [read.data.unpublished, read.data.leaving])
      if (gone !== undefined) this.#feeds.delete(gone)
    const { publishers: changed, unpublished, leaving } = read.data
    return changed !== undefined || unpublished !== undefined || leaving !== undefined
  }

  wanted(): readonly FeedStream[] {
    return [...this.#feeds.values()].flat().slice(0, MAX_STREAMS)
  }

  #streamsOf(
    feed: string,
    streams: readonly {
      readonly type: string
      readonly mid: string
      readonly disabled?: boolean | undefined
    }[],
  ): readonly FeedStream[] {
    const user = userOf(feed)
    if (user === undefined || user === this.#own) return []
    const found: FeedStream[] = []
    for (const { type, mid, disabled } of streams)
      if (disabled !== true && (type === 'audio' || type === 'video'))
        found.push({ feed, mid, user, kind: type })
    return found.slice(0, MAX_STREAMS_EACH)
  }
}
