import type { SharedLimits } from '../../application/ports/shared-limits.ts'
import type { Follower, SharedState } from '../../application/ports/shared-state.ts'
import { Unavailable } from '../../application/ports/shared-state-errors.ts'
import type { Clock } from '../../application/ports/system/clock.ts'
import type { Log } from '../../application/ports/system/log.ts'
import type { Random } from '../../application/ports/system/random.ts'
import { StartupError } from '../../application/ports/system/startup-error.ts'
import { systemPause } from '../system/system-pause.ts'
import { checkServer, isRefusal, notReached } from './at-start.ts'
import { parseRedisUrl, type RedisAddress } from './connection/address.ts'
import type { Connection } from './connection/connection.ts'
import { openRedis } from './connection/find-master.ts'
import { keepConnected } from './connection/keep-connected.ts'
import { reasonOf } from './connection/reason-of.ts'
import { Inbox } from './inbox.ts'
import { createRedisLimits } from './limits/limits.ts'
import { Membership, type OwnCommits, silenceMs } from './membership.ts'
import { Pipeline } from './pipeline.ts'
import { Posts } from './posts.ts'
import { Recent } from './restoring/recent.ts'
import { keyPrefix, type RedisOptions, withDefaults } from './redis-options.ts'
import { commitScript } from './scripts/commit.ts'
import { postScript } from './scripts/post.ts'
import { readBoxScript } from './scripts/read-box.ts'
import { scriptCall } from './scripts/script.ts'
import { SharedClock } from './shared-clock.ts'
import { WaitingBudget } from './waiting-budget.ts'
import { Wakefulness } from './wakefulness.ts'
import { encodeCommit, sizeOf } from './wire/encode-writes.ts'
import { asList, asNumber, asText, asTexts } from './wire/reply.ts'

export interface RedisDeps {
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
}

const LEAVE_MS = 2000
/** The part of the time that a commit waits in which Redis may carry it out: clocks differ, and the answer takes its time. */
const IN_TIME = 0.9
/** So many times longer waits a commit that Redis may have carried out before a connection was lost. */
const IN_DOUBT = 2
const TAKEN_PAUSE_MS = 200

/** What several nodes share, in Redis. Throws a StartupError where the options cannot be used. */
export function createRedisState(
  options: RedisOptions,
  { clock, random, log }: RedisDeps,
): SharedState & { readonly limits: SharedLimits } {
  const settings = withDefaults(options)
  const address = checkedAddress(settings)
  const prefix = keyPrefix(settings)
  const sharedClock = new SharedClock(clock)
  const budget = new WaitingBudget(settings.maxWaiting)
  const commits: OwnCommits = { acknowledged: 0, before: 0 }
  const recent = new Recent()
  const ended = new AbortController()
  const loops: Promise<void>[] = []
  let follower: Follower | undefined
  let awaySinceMs: number | undefined

  const pipeline: Pipeline = new Pipeline({
    fenced: (why) => {
      membership.fence(why)
    },
  })
  const bounds = [settings.maxOutbox.entries, settings.maxOutbox.bytes, settings.maxInboxBytes].map(String)
  const posts: Posts = new Posts({
    pipeline,
    budget,
    command: (batch, args) =>
      scriptCall(postScript, prefix, [settings.node, membership.epoch, String(batch), ...bounds, ...args]),
  })
  const limits = createRedisLimits({
    ...{ pipeline, budget, prefix, log },
    maxInboxBytes: settings.maxInboxBytes,
  })
  const membership: Membership = new Membership({
    settings,
    clock,
    sharedClock,
    pipeline,
    posts,
    inbox: () => inbox,
    bans: limits.bans,
    follower: () => {
      if (follower === undefined) throw new Error('nobody has joined')
      return follower
    },
    commits,
    recent,
    log,
  })
  const inbox: Inbox = new Inbox({
    key: `${prefix}inbox:${settings.node}`,
    bans: limits.bans,
    silenceMs: silenceMs(settings),
    leaseLeftMs: () => membership.leaseLeftMs(),
    verified: () => membership.verified(),
    tellSoon: () => {
      membership.renewSoon()
    },
    recent,
  })

  const wakefulness = new Wakefulness({
    clock,
    mostMs: settings.nodeTimeoutMs / 2,
    verified: () => membership.verified(),
  })

  const open = (): Promise<Connection> => openRedis(address, `roomrtc-${settings.node}`)

  /** In its turn among all that this node sends. */
  async function inTurn<T>(bytes: number, send: () => Promise<T>): Promise<T> {
    if (!budget.take(bytes)) throw new Unavailable('too much waits for Redis')
    posts.flush()
    try {
      return await send()
    } finally {
      budget.giveBack(bytes)
    }
  }

  function lost(error: unknown): void {
    if (ended.signal.aborted || awaySinceMs !== undefined) return
    awaySinceMs = clock.monotonicMs()
    log.warn({ redis: address.shown, error: reasonOf(error) }, 'Redis is away')
  }

  function back(): void {
    if (awaySinceMs === undefined) return
    log.info(
      { redis: address.shown, away_ms: Math.round(clock.monotonicMs() - awaySinceMs) },
      'Redis is back',
    )
    awaySinceMs = undefined
  }

  function keep(
    first: Connection | undefined,
    use: (connection: Connection, begun: () => void) => Promise<void>,
  ) {
    let next = first
    loops.push(
      keepConnected({
        open: () => {
          const connection = next
          next = undefined
          return connection === undefined ? open() : Promise.resolve(connection)
        },
        use,
        failed: lost,
        random,
        signal: ended.signal,
      }),
    )
  }

  return {
    node: settings.node,
    limits,
    nowMs: () => sharedClock.nowMs(),
    leaseLeftMs: () => membership.leaseLeftMs(),
    doubt: () => wakefulness.doubt(),

    async join(joining) {
      follower = joining
      const connection = await joinAtStart()
      wakefulness.begin()
      keep(connection, (commands, begun) =>
        membership.serve(commands, () => {
          begun()
          back()
        }),
      )
      keep(undefined, (commands, begun) => inbox.read(commands, begun))
    },

    commit: async (commit) => {
      const args = encodeCommit(commit, settings.node)
      const untilMs = Math.floor(sharedClock.nowMs() + settings.waitMs * IN_TIME)
      const head = [settings.node, membership.epoch, commit.id, ...bounds, String(untilMs)]
      const call = scriptCall(commitScript, prefix, [...head, ...args])
      const doubtMs = settings.waitMs * IN_DOUBT
      const reply = await inTurn(sizeOf(call), () => pipeline.send(call, settings.waitMs, doubtMs))
      if (reply === 'LATE') throw new Unavailable()
      if (reply === 'CONFLICT') return 'conflict'
      if (asNumber(reply) > commits.before) commits.acknowledged += 1
      return 'committed'
    },

    holds: async (reads) => {
      if (reads.size === 0) return true
      const call = ['HMGET', `${prefix}versions`, ...reads.keys()]
      const reply = asList(await inTurn(sizeOf(call), () => pipeline.send(call, settings.waitMs)))
      return [...reads.values()].every((version, i) => asNumber(reply[i] ?? 0) === version)
    },

    post: (some) => posts.post(some),

    box: async (session) => {
      const call = scriptCall(readBoxScript, prefix, [session])
      const reply = await inTurn(sizeOf(call), () => pipeline.send(call, settings.waitMs))
      if (reply === null) return undefined
      const [firstSeq, received, current, previous, unsent, entries] = asList(reply)
      const tokens = { current: asText(current) || undefined, previous: asText(previous) || undefined }
      return {
        tokens,
        received: asNumber(received),
        firstSeq: asNumber(firstSeq),
        entries: asTexts(entries),
        unsentFrom: unsent === null ? undefined : asNumber(unsent),
      }
    },

    findToken: async (hash) => {
      const call = ['GET', `${prefix}token:${hash}`]
      const reply = await inTurn(sizeOf(call), () => pipeline.send(call, settings.waitMs))
      if (reply === null) return undefined
      const found = asText(reply)
      return found.startsWith('s:') ? { session: found.slice(2) } : { spent: found.slice(2) }
    },

    async leave() {
      wakefulness.end()
      posts.flush()
      await membership.leave(LEAVE_MS)
      pipeline.refuse(new Unavailable('this node has left'))
      posts.flush()
      ended.abort()
      await Promise.all(loops)
    },
  }

  /** Throws a StartupError where that cannot be. */
  async function joinAtStart(): Promise<Connection> {
    const untilMs = clock.monotonicMs() + settings.startMs
    const connection = await openAtStart(untilMs)
    try {
      await checkServer(connection, address.shown, log)
      await membership.load(connection)
      // One that was killed is thought to live until its lease ends.
      const freeMs = clock.monotonicMs() + settings.nodeTimeoutMs * 2
      for (;;) {
        const how = await membership.join(connection)
        if (how === 'in') break
        ended.signal.throwIfAborted()
        if (how === 'taken' && clock.monotonicMs() > freeMs) {
          throw new StartupError([
            `cluster.node_name: another node is called ${settings.node}. Each node needs a name of its own`,
          ])
        }
        await systemPause(TAKEN_PAUSE_MS, ended.signal)
      }
      return connection
    } catch (error) {
      connection.close()
      throw error instanceof StartupError ? error : notReached(address.shown, error)
    }
  }

  async function openAtStart(untilMs: number): Promise<Connection> {
    for (;;) {
      try {
        return await open()
      } catch (error) {
        ended.signal.throwIfAborted()
        if (clock.monotonicMs() > untilMs || isRefusal(error)) throw notReached(address.shown, error)
      }
      await systemPause(TAKEN_PAUSE_MS, ended.signal)
    }
  }
}

function checkedAddress({ url, node, prefix }: RedisOptions): RedisAddress {
  const address = parseRedisUrl(url)
  if (!address.ok) throw new StartupError([`cluster.redis_url: ${address.error}`])
  if (!/^[\x21-\x7e]{1,128}$/.test(node)) {
    throw new StartupError(['cluster.node_name: letters, digits and signs without blanks, 128 at most'])
  }
  if (!/^[^{}\s]{1,64}$/.test(prefix)) {
    throw new StartupError(['cluster.prefix: signs without blanks and braces, 64 at most'])
  }
  return address.value
}
