import type { CommitLog, Owed } from '../../../application/ports/session-journal.ts'
import type { BoxUpdate, Post, SharedState } from '../../../application/ports/shared-state.ts'
import type { Log } from '../../../application/ports/system/log.ts'
import type { SessionId } from '../../../domain/ids.ts'
import { Backlog } from './backlog.ts'
import { writeEntry } from './entry.ts'
import { recordKey } from '../copy/records.ts'
import type { Replica } from '../copy/replica.ts'

/** Of a session, what it takes to reach it. */
interface Addressee {
  readonly id: SessionId
  readonly capabilities: ReadonlySet<string>
}

/** A message of a session's client that was refused, where a commit might have been made of it. */
interface Replaced {
  readonly session: string
  readonly insteadOf: string
}

interface Deps {
  readonly state: Pick<SharedState, 'post' | 'node'>
  readonly replica: Pick<Replica, 'homeOf'>
  readonly log: Log
  /** The number that the session's next message bears in its outbox here. */
  readonly nextSeqOf: (session: SessionId) => number | undefined
  /** What was posted is not kept, and nobody is told of it: those who wait for it are to come anew. */
  readonly lost: () => void
}

/**
 * What becomes of a session outside of a commit: signals and refusals to it, and how many messages its client has sent. All
 * of one tick is kept together, so that a signal that is counted as received is also in the outbox of whom it is for.
 */
export class Mail implements CommitLog {
  readonly #deps: Deps
  /** By their numbers, which are this node's own: which it is, and which number its next message bears in its box. */
  readonly #boxes = new Map<number, { readonly id: SessionId; next: number }>()
  #posts: Post[] = []
  /** Those that are sent, and not kept yet. */
  readonly #sent = new Set<readonly Post[]>()
  /** What was posted last, until it is kept. */
  #keeping: Promise<void> | undefined
  readonly #backlog = new Backlog()
  /** How many answers to a session are on their way, and who waits for them. */
  readonly #answers = new Map<SessionId, number>()
  readonly #waiting = new Map<SessionId, readonly (() => void)[]>()
  #isCarryingOut = false
  #insteadOf: string | undefined

  constructor(deps: Deps) {
    this.#deps = deps
  }

  /** A commit is being carried out: what sessions are owed by it is in their boxes already. */
  get isCarryingOut(): boolean {
    return this.#isCarryingOut
  }

  carryOut(task: () => void): void {
    this.#isCarryingOut = true
    try {
      task()
    } finally {
      this.#isCarryingOut = false
    }
  }

  /** `by`: whose client has sent it; where that is `to` itself, it is an answer. */
  post(to: Addressee, owed: Owed, by: Addressee | undefined): void {
    const answers = by?.id === to.id
    const entry = writeEntry(owed, answers ? 'answer' : undefined)
    if (answers) this.#answers.set(to.id, (this.#answers.get(to.id) ?? 0) + 1)
    const { id: session, capabilities } = to
    const node = this.#deps.replica.homeOf(session)?.node ?? this.#deps.state.node
    const boxes: BoxUpdate[] = capabilities.has('resume') ? [{ kind: 'owe', sessions: [session], entry }] : []
    this.#add({ to: { node, session, entry }, from: by && sender(by.id), boxes })
  }

  inform(to: Addressee, news: Owed): void {
    const { node } = this.#deps.replica.homeOf(to.id) ?? this.#deps.state
    const entry = writeEntry(news, 'passing')
    this.#add({ to: { node, session: to.id, entry }, from: undefined, boxes: [] })
  }

  /** Undefined where there is room for more; else it resolves when there is: whoever sends is not heard until then. */
  room(): Promise<void> | undefined {
    return this.#backlog.room()
  }

  /** An answer has come back. */
  answered(session: SessionId): void {
    const left = (this.#answers.get(session) ?? 1) - 1
    if (left > 0) this.#answers.set(session, left)
    else this.#settle(session)
  }

  /** Undefined where no answer to the session is on its way; else it resolves when it has come back, or never will. */
  answersTo(session: SessionId): Promise<void> | undefined {
    if (!this.#answers.has(session)) return undefined
    return new Promise((resolve) => {
      this.#waiting.set(session, [...(this.#waiting.get(session) ?? []), resolve])
    })
  }

  /** Undefined where all that was posted is kept and no answer to the session is on its way; else it resolves then. */
  settled(session: SessionId): Promise<void> | undefined {
    const kept = this.#keeping
    if (kept === undefined) return this.answersTo(session)
    return kept.then(() => this.answersTo(session))
  }

  #settle(session: SessionId): void {
    this.#answers.delete(session)
    for (const resolve of this.#waiting.get(session) ?? []) resolve()
    this.#waiting.delete(session)
  }

  /** The number that the session's next message bears, as far as this node knows. */
  nextOf(session: number): number {
    return this.#boxes.get(session)?.next ?? 1
  }

  owed(session: number): void {
    const box = this.#boxes.get(session)
    if (box !== undefined) box.next += 1
  }

  received(session: number): void {
    const insteadOf = this.#insteadOf
    this.#update(session, (id) => ({ kind: 'took', session: id, count: 1, insteadOf }))
  }

  /** What is refused now would have been that commit, which may have been carried out all the same. */
  refuseInsteadOf(commit: string | undefined, task: () => void): void {
    this.#insteadOf = commit
    try {
      task()
    } finally {
      this.#insteadOf = undefined
    }
  }

  changed(change: Parameters<CommitLog['changed']>[0]): void {
    switch (change.kind) {
      case 'session':
        this.#boxes.set(change.session, { id: change.id, next: change.nextSeq })
        break
      case 'tokens': {
        const { current, previous } = change.tokens
        this.#update(change.session, (session) => ({
          kind: 'tokens',
          session,
          tokens: { current, previous },
        }))
        break
      }
      case 'acknowledged':
        this.#update(change.session, (session) => ({ kind: 'acknowledge', session, seq: change.seq }))
        break
      case 'overflowed': {
        const seq = this.nextOf(change.session) - 1
        this.#update(change.session, (session) => ({ kind: 'acknowledge', session, seq }))
        break
      }
      case 'attached': {
        // From here on the box is what the outbox has become meanwhile.
        const box = this.#boxes.get(change.session)
        if (box !== undefined) box.next = this.#deps.nextSeqOf(box.id) ?? box.next
        break
      }
      case 'detached':
      case 'watches':
      case 'call':
      case 'call-ended':
      case 'room':
      case 'room-member':
      case 'room-member-left':
      case 'room-ended':
        break
      case 'ended': {
        const box = this.#boxes.get(change.session)
        this.#boxes.delete(change.session)
        if (box !== undefined) this.#settle(box.id)
        break
      }
      default:
        change satisfies never
    }
  }

  /** The boxes are now what the outboxes are here. */
  startAnew(): void {
    for (const box of this.#boxes.values()) box.next = this.#deps.nextSeqOf(box.id) ?? box.next
  }

  /**
   * How many messages of each session's client are counted by posts that are not kept yet, and which of them in the place of
   * a commit.
   */
  underWay(): { readonly tooks: ReadonlyMap<string, number>; readonly replaced: readonly Replaced[] } {
    const tooks = new Map<string, number>()
    const replaced: Replaced[] = []
    for (const { boxes } of [...[...this.#sent].flat(), ...this.#posts]) {
      for (const update of boxes) {
        if (update.kind !== 'took') continue
        const { session, count, insteadOf } = update
        if (insteadOf === undefined) tooks.set(session, (tooks.get(session) ?? 0) + count)
        else replaced.push({ session, insteadOf })
      }
    }
    return { tooks, replaced }
  }

  #update(session: number, update: (id: SessionId) => BoxUpdate): void {
    const box = this.#boxes.get(session)
    if (box !== undefined && !this.#isCarryingOut)
      this.#add({ to: undefined, from: sender(box.id), boxes: [update(box.id)] })
  }

  #add(post: Post): void {
    this.#posts.push(post)
    if (this.#posts.length > 1) return
    const keeping = Promise.resolve().then(() => this.#send())
    this.#keeping = keeping
    void keeping.then(() => {
      if (this.#keeping === keeping) this.#keeping = undefined
    })
  }

  async #send(): Promise<void> {
    const posts = this.#posts
    this.#posts = []
    const chars = posts.reduce((sum, { to }) => sum + (to?.entry.length ?? 0), 0)
    this.#backlog.add(posts.length, chars)
    this.#sent.add(posts)
    try {
      await this.#deps.state.post(posts)
    } catch (error) {
      for (const session of [...this.#answers.keys()]) this.#settle(session)
      this.#deps.log.error({ err: error, posts: posts.length }, 'what sessions are owed could not be kept')
      this.#deps.lost()
    } finally {
      this.#sent.delete(posts)
      this.#backlog.remove(posts.length, chars)
    }
  }
}

function sender(session: SessionId): Post['from'] {
  return { session, record: recordKey('session', session) }
}
