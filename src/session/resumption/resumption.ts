import type { CommitLog, Owed, TokenHashes } from '../../application/ports/session-journal.ts'
import type { Watching } from '../../domain/watching.ts'
import { numbered } from '../../protocol/codec/encode-message.ts'
import { encodeFrame } from '../../protocol/framing/frame.ts'
import type { Outbox } from './outbox.ts'

interface State {
  /** Names the session in the journal. */
  readonly number: number
  readonly outbox: Outbox
  readonly received: number
  readonly tokens: TokenHashes
  /** Absent where nothing is kept beyond the end of the process. */
  readonly log: CommitLog | undefined
}

/** What a session needs to outlive its connection. What changes here is taken down in the journal. */
export class Resumption {
  readonly number: number
  readonly outbox: Outbox
  readonly #log: CommitLog | undefined
  #received: number
  #tokens: TokenHashes
  #detachedSince: number | undefined

  constructor({ number, outbox, received, tokens, log }: State) {
    this.number = number
    this.outbox = outbox
    this.#log = log
    this.#received = received
    this.#tokens = tokens
  }

  /** Beyond the end of the process, too. */
  get isKept(): boolean {
    return this.#log !== undefined
  }

  /** How many messages of calls were taken from the client: it repeats what went down with a connection (RESUME-4). */
  get received(): number {
    return this.#received
  }

  /** Hashes. `previous` is good until the client shows that it has got the current one. */
  get tokens(): TokenHashes {
    return this.#tokens
  }

  set tokens(tokens: TokenHashes) {
    this.#tokens = tokens
    this.#log?.changed({ kind: 'tokens', session: this.number, tokens })
  }

  watches(watching: Watching): void {
    this.#log?.changed({ kind: 'watches', session: this.number, watching })
  }

  took(): void {
    this.#received += 1
    this.#log?.received(this.number, this.#received)
  }

  /** Gives the frame that is to go out, if it goes out at once. */
  owe(owed: Owed, connected: boolean): Buffer {
    const frame = encodeFrame(owed.code, numbered(owed, this.outbox.nextSeq))
    this.outbox.add(owed, frame.length, connected)
    this.#log?.owed(this.number, frame, connected)
    return frame
  }

  acknowledge(seq: number): void {
    if (seq < this.outbox.firstSeq) return
    this.outbox.acknowledge(seq)
    this.#log?.changed({ kind: 'acknowledged', session: this.number, seq })
  }

  giveUp(): void {
    this.outbox.forgetAll()
    this.#log?.changed({ kind: 'overflowed', session: this.number })
  }

  /** Since when there is no connection, in monotonic milliseconds. */
  get detachedSince(): number | undefined {
    return this.#detachedSince
  }

  detached(since: number, sinceWallMs: number): void {
    this.#detachedSince = since
    this.#log?.changed({ kind: 'detached', session: this.number, since: sinceWallMs })
  }

  attached(): void {
    this.#detachedSince = undefined
    this.outbox.handOver()
    this.#log?.changed({ kind: 'attached', session: this.number })
  }

  ended(): void {
    this.outbox.forgetAll()
    this.#log?.changed({ kind: 'ended', session: this.number })
  }
}
