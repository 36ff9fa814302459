import { randomUUID } from 'node:crypto'
import type { Follower } from '../../application/ports/shared-state.ts'
import { Fenced } from '../../application/ports/shared-state-errors.ts'
import type { Clock } from '../../application/ports/system/clock.ts'
import type { Log } from '../../application/ports/system/log.ts'
import { Alarm } from './alarm.ts'
import { answered, inTransaction } from './connection/answered.ts'
import { type Connection, ConnectionLost } from './connection/connection.ts'
import type { Inbox } from './inbox.ts'
import type { RedisBans } from './limits/shared-bans.ts'
import type { Pipeline } from './pipeline.ts'
import type { Posts } from './posts.ts'
import type { Recent } from './restoring/recent.ts'
import { Restoring } from './restoring/restoring.ts'
import { keyPrefix, type Settings } from './redis-options.ts'
import { banScript } from './scripts/ban.ts'
import { commitScript } from './scripts/commit.ts'
import { beginLoginScript, failedOfScript, settleLoginScript } from './scripts/failures.ts'
import { joinScript, nameScript } from './scripts/join.ts'
import { gatherScript, lookScript, putBackScript, readyScript } from './scripts/gather.ts'
import { postScript } from './scripts/post.ts'
import { readBoxScript } from './scripts/read-box.ts'
import { renewScript } from './scripts/renew.ts'
import { leaveScript } from './scripts/leave.ts'
import { type Script, scriptCall } from './scripts/script.ts'
import type { SharedClock } from './shared-clock.ts'
import { asList, asNumber, asPairs, asText, asTexts, asTimeMs, type Reply } from './wire/reply.ts'

const SCRIPTS = [
  ...[commitScript, gatherScript, joinScript, leaveScript, lookScript, nameScript],
  ...[postScript, putBackScript, readBoxScript, readyScript, renewScript],
  ...[banScript, beginLoginScript, failedOfScript, settleLoginScript],
]

/** A name that is taken is asked for again after so long. */
const TAKEN_PAUSE_MS = 200

/** All that is there may be much. */
const JOIN_WITHIN_MS = 10_000

export interface MembershipDeps {
  readonly settings: Settings
  readonly clock: Clock
  readonly sharedClock: SharedClock
  readonly pipeline: Pipeline
  readonly posts: Posts
  readonly inbox: () => Inbox
  readonly bans: RedisBans
  readonly follower: () => Follower
  readonly recent: Recent
  readonly commits: OwnCommits
  readonly log: Log
}

/** Of this node's commits. */
export interface OwnCommits {
  /** How many Redis has acknowledged since this node is a member, or since the era began. */
  acknowledged: number
  /** The last commit of the era before: what has that number or a lower one was carried out then. */
  before: number
}

/** This node among the others: joins, keeps its lease, and joins anew when it was taken for dead. */
export class Membership {
  readonly #deps: MembershipDeps
  readonly #alarm = new Alarm()
  readonly #silenceMs: number
  readonly #restoring: Restoring
  #epoch = ''
  /** Between two losses of all that Redis has. */
  #era = ''
  /** Of the next membership; the same one as long as it is not known whether Redis has it. */
  #nextEpoch: string = randomUUID()
  #isIn = false
  /** Redis does not know this node, which may be because it knows nothing any more. */
  #isInDoubt = false
  #isNameTaken = false
  #leaseEndsMs = -Infinity
  /** Who waits for that. */
  #asked: (() => void)[] = []

  constructor(deps: MembershipDeps) {
    this.#deps = deps
    this.#silenceMs = silenceMs(deps.settings)
    this.#restoring = new Restoring(deps)
  }

  get epoch(): string {
    return this.#epoch
  }

  leaseLeftMs(): number {
    return this.#leaseEndsMs - this.#deps.clock.monotonicMs()
  }

  /** Resolved once a renewal that began after this has succeeded, or this node has joined anew. */
  verified(): Promise<void> {
    return new Promise((resolve) => {
      this.#asked.push(resolve)
      this.#alarm.ring()
    })
  }

  renewSoon(): void {
    this.#alarm.ring()
  }

  /** As long as the connection lives. */
  async serve(connection: Connection, begun: () => void): Promise<void> {
    void connection.closed.then(() => {
      this.#alarm.ring()
    })
    let isAttached = false
    try {
      await this.load(connection)
      while (connection.isOpen()) {
        if (this.#isInDoubt) await this.#putBack(connection)
        else if (this.#isIn) await this.#renew(connection)
        else if ((await this.join(connection)) !== 'in') {
          await this.#alarm.sleep(TAKEN_PAUSE_MS)
          continue
        }
        if (!this.#isIn) continue
        begun()
        const { troubles } = this.#deps.pipeline
        if (troubles > 0 && !isAttached) await this.#alarm.sleep(Math.min(1000, 20 * 2 ** troubles))
        isAttached = true
        this.#deps.pipeline.attach(connection)
        this.#deps.posts.flush()
        await this.#alarm.sleep(this.#deps.settings.nodeTimeoutMs / 3)
      }
    } finally {
      this.#deps.pipeline.detach()
    }
    throw new ConnectionLost()
  }

  async load(connection: Connection): Promise<void> {
    for (const { text } of SCRIPTS) await answered(connection, ['SCRIPT', 'LOAD', text], this.#silenceMs)
  }

  /** `taken`: another node has this name. `wait`: others put back what Redis has lost. */
  async join(connection: Connection): Promise<'in' | 'taken' | 'wait'> {
    const { settings, clock, sharedClock, pipeline, posts, commits, recent, log } = this.#deps
    const follower = this.#deps.follower()
    const epoch = this.#nextEpoch
    const args = [settings.node, epoch, String(settings.nodeTimeoutMs), this.#epoch, randomUUID()]
    const whether = await answered(connection, this.#call(nameScript, args), this.#silenceMs)
    if (whether === 'WAIT') return 'wait'
    if (whether === 'TAKEN') {
      if (!this.#isNameTaken)
        log.warn({ node: settings.node }, 'another node has this name, or its lease is not over yet')
      this.#isNameTaken = true
      return 'taken'
    }
    this.#isNameTaken = false
    const sentMs = clock.monotonicMs()
    const prefix = keyPrefix(settings)
    const everything = ['versions', 'records', 'bans'].map((table) => ['HGETALL', `${prefix}${table}`])
    const all = await inTransaction(connection, [this.#call(joinScript, args), ...everything], JOIN_WITHIN_MS)
    const [joined, versions, records, bans] = all
    if (joined === 'TAKEN') return 'taken'
    if (joined === 'WAIT') return 'wait'
    const [seconds, micros, begin, names, era, version] = asList(joined)
    const nodes = asTexts(names).toSorted()
    this.#epoch = epoch
    this.#era = asText(era)
    this.#nextEpoch = randomUUID()
    this.#isIn = true
    this.#leased(sentMs)
    sharedClock.measured(sentMs, clock.monotonicMs(), asTimeMs(seconds, micros))
    posts.restart()
    commits.acknowledged = 0
    commits.before = 0
    recent.begin(asNumber(version), nodes)
    pipeline.reopen()
    this.#deps.inbox().begin(follower, asText(begin))
    this.#deps.bans.begin(asPairs(bans))
    follower.begin({
      versions: new Map([...asPairs(versions)].map(([key, version]) => [key, Number(version)])),
      records: asPairs(records),
      nodes,
    })
    for (const resolve of this.#asked.splice(0)) resolve()
    return 'in'
  }

  /** Redis has lost everything, and goes on with what nodes hold; or others have taken this node for dead. */
  async #putBack(connection: Connection): Promise<void> {
    const { settings, clock, sharedClock, posts, commits, recent, log } = this.#deps
    const began = await this.#restoring.putBack(connection, { epoch: this.#epoch, era: this.#era })
    // It may have left meanwhile.
    if (!this.#isInDoubt) return
    this.#isInDoubt = false
    if (began === undefined) {
      this.#giveUp('FENCED')
      return
    }
    const { era, begin, sentMs, timeMs, gaps } = began
    this.#era = era
    this.#isIn = true
    this.#leased(sentMs)
    sharedClock.measured(sentMs, clock.monotonicMs(), timeMs)
    commits.acknowledged = 0
    commits.before = recent.version
    this.#deps.inbox().begin(this.#deps.follower(), begin)
    for (const resolve of this.#asked.splice(0)) resolve()
    log.warn(
      { node: settings.node, gaps: gaps.length },
      'Redis had lost everything: it has back what nodes held',
    )
    this.#deps.follower().restored(gaps)
    posts.flush()
  }

  /** Nothing that was on its way is carried out any more, unless Redis has nothing at all. */
  fence(why: 'FENCED' | 'LOST'): void {
    if (!this.#isIn) return
    this.#isIn = false
    this.#leaseEndsMs = -Infinity
    this.#deps.inbox().stop()
    if (why === 'LOST') {
      this.#giveUp(why)
      return
    }
    this.#isInDoubt = true
    this.#deps.pipeline.detach()
    this.#alarm.ring()
  }

  #giveUp(why: 'FENCED' | 'LOST'): void {
    this.#deps.log.error(
      { node: this.#deps.settings.node, why },
      why === 'LOST' ? 'Redis has lost what it had kept' : 'the other nodes took this one for dead',
    )
    this.#deps.pipeline.refuse(new Fenced())
    this.#deps.posts.flush()
    this.#deps.follower().fenced()
    this.#alarm.ring()
  }

  /** No member any more, and not to become one again. */
  async leave(withinMs: number): Promise<void> {
    this.#isInDoubt = false
    if (!this.#isIn) return
    const args = [this.#deps.settings.node, this.#epoch]
    await this.#deps.pipeline.send(this.#call(leaveScript, args), withinMs).catch(() => undefined)
    this.#isIn = false
    this.#leaseEndsMs = -Infinity
  }

  async #renew(connection: Connection): Promise<void> {
    const { settings, clock, sharedClock, posts, commits, log } = this.#deps
    const asked = this.#asked.splice(0)
    const { last, handledBytes } = this.#deps.inbox().progress()
    const known = [commits.acknowledged, posts.kept].map(String)
    const sentMs = clock.monotonicMs()
    const args = [settings.node, this.#epoch, String(settings.nodeTimeoutMs), ...known, last]
    let reply: Reply
    try {
      reply = await answered(
        connection,
        this.#call(renewScript, [...args, String(handledBytes)]),
        this.#silenceMs,
      )
    } catch (error) {
      this.#asked.push(...asked)
      throw error
    }
    if (!this.#isIn) {
      this.#asked.push(...asked)
    } else if (reply === 'FENCED' || reply === 'LOST') {
      this.#asked.push(...asked)
      this.fence(reply)
    } else {
      const [seconds, micros, dead] = asList(reply)
      this.#leased(sentMs)
      sharedClock.measured(sentMs, clock.monotonicMs(), asTimeMs(seconds, micros))
      for (const node of asTexts(dead)) log.warn({ node }, 'a node is dead')
      for (const resolve of asked) resolve()
    }
  }

  #leased(sentMs: number): void {
    this.#leaseEndsMs = sentMs + this.#deps.settings.nodeTimeoutMs
  }

  #call(script: Script, args: readonly string[]): readonly string[] {
    return scriptCall(script, keyPrefix(this.#deps.settings), args)
  }
}

/** After so long without an answer a connection is as good as lost. */
export function silenceMs({ nodeTimeoutMs }: Settings): number {
  return Math.max(1000, nodeTimeoutMs / 2)
}
