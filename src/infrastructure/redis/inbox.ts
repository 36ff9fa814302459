import type { Follower } from '../../application/ports/shared-state.ts'
import { answered } from './connection/answered.ts'
import { type Connection, ConnectionLost } from './connection/connection.ts'
import type { RedisBans } from './limits/shared-bans.ts'
import type { Recent } from './restoring/recent.ts'
import { type InboxEntry, receivedEntries } from './wire/inbox-entry.ts'

/** How long a question waits for an entry: an idle node asks so often. */
const BLOCK_MS = 2000

const MAX_ENTRIES = 64

/** About so much is read at once, as others must have a turn; and after so much Redis is told, and forgets it. */
const AT_ONCE_BYTES = 1024 * 1024

interface InboxDeps {
  readonly key: string
  readonly bans: RedisBans
  /** Beyond `BLOCK_MS`: then the connection is as good as lost. */
  readonly silenceMs: number
  readonly leaseLeftMs: () => number
  /** Resolved once Redis has said, from now on, that this node is alive and that nothing is lost. */
  readonly verified: () => Promise<void>
  readonly tellSoon: () => void
  readonly recent: Recent
}

/** What this node is told, in order, each once, over all connections. */
export class Inbox {
  readonly #deps: InboxDeps
  #follower: Follower | undefined
  #last = ''
  #handledBytes = 0
  #toldBytes = 0
  #connection: Connection | undefined

  constructor(deps: InboxDeps) {
    this.#deps = deps
  }

  /** The entry that was handled last, which Redis keeps, and the bytes of all until then. */
  progress(): { readonly last: string; readonly handledBytes: number } {
    this.#toldBytes = this.#handledBytes
    return { last: this.#last, handledBytes: this.#handledBytes }
  }

  begin(follower: Follower, last: string): void {
    this.#follower = follower
    this.#last = last
    this.#handledBytes = 0
    this.#toldBytes = 0
  }

  /** What is still on its way is not heard any more. */
  stop(): void {
    this.#follower = undefined
    this.#connection?.close()
  }

  /** Reads over this connection until it is lost. Redis may have lost entries when the one before was. */
  async read(connection: Connection, begun: () => void): Promise<void> {
    this.#connection = connection
    await Promise.race([this.#deps.verified(), connection.closed])
    begun()
    let count = 1
    while (connection.isOpen()) {
      const block = ['BLOCK', String(BLOCK_MS)]
      const args = ['XREAD', 'COUNT', String(count), ...block, 'STREAMS', this.#deps.key, this.#last]
      const reply = await answered(connection, args, BLOCK_MS + this.#deps.silenceMs)
      const fromBytes = this.#handledBytes
      // It may have been stopped for a while since then.
      if (this.#deps.leaseLeftMs() <= 0) await Promise.race([this.#deps.verified(), connection.closed])
      const received = connection.isOpen() ? receivedEntries(reply) : []
      for (const { id, bytes, entry } of received) {
        const follower = this.#follower
        if (follower === undefined) break
        this.#last = id
        this.#handledBytes += bytes
        tell(follower, entry, this.#deps)
      }
      const eachBytes = (this.#handledBytes - fromBytes) / Math.max(1, received.length)
      count = Math.max(
        1,
        Math.min(MAX_ENTRIES, count * 4, Math.floor(AT_ONCE_BYTES / Math.max(1, eachBytes))),
      )
      if (this.#handledBytes - this.#toldBytes > AT_ONCE_BYTES) this.#deps.tellSoon()
    }
    throw new ConnectionLost()
  }
}

function tell(follower: Follower, entry: InboxEntry, { bans, recent }: InboxDeps): void {
  switch (entry.kind) {
    case 'committed':
      recent.heardOf({ version: entry.commit.version, id: entry.commit.id, text: entry.story })
      follower.committed(entry.commit)
      break
    case 'posted':
      recent.heardFrom(entry.epoch, entry.batch)
      for (let at = 0; at + 1 < entry.pairs.length; at += 2) {
        follower.posted(entry.pairs[at] ?? '', entry.pairs[at + 1] ?? '')
      }
      break
    case 'nodes':
      recent.live = entry.live
      follower.nodesChanged(entry.live)
      break
    case 'banned':
      bans.hear(entry.ban)
      break
    case 'begin':
      break
    default:
      entry satisfies never
  }
}
