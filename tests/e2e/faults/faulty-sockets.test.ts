import { rm } from 'node:fs/promises'
import { setImmediate } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Bystanders } from '../../fuzz/players/bystanders.ts'
import { DaemonHealth } from '../../fuzz/daemon-health.ts'
import { freshSeed, Random } from '../../fuzz/input/random.ts'
import { Verdict } from '../../fuzz/violation.ts'
import { connectRaw, logIn, type RawClient } from '../../support/wire/raw-client.ts'
import { logged, type SpawnedDaemon, spawnDaemon } from '../../support/programs/spawned-daemon.ts'
import { frame, T } from '../../support/wire/wire.ts'

/** Looked at again and again until it is so. */
const PATIENTLY = { timeout: 60_000 }

let daemon: SpawnedDaemon
let health: DaemonHealth
let bystanders: Bystanders
let verdict: Verdict
let handles: number
const clients: RawClient[] = []

/** Two bystanders are in a call while one peer's socket is at fault. */
beforeEach(async () => {
  daemon = await spawnDaemon({
    config: {
      limits: { max_outbound_bytes: 65_536, login_timeout_ms: 600_000 },
      security: { bcrypt_cost: 4, enable_rate_limiting: false },
      // Of those who are reset before they have said anything only this tells.
      logging: { log_level: 'debug' },
    },
  })
  health = new DaemonHealth(daemon)
  verdict = new Verdict()
  bystanders = await Bystanders.connect(daemon.port, (violation) => {
    verdict.report(violation)
  })
  handles = health.handles
})

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()))
  await bystanders.close()
  await daemon.stop('SIGKILL')
  await rm(daemon.cwd, { recursive: true, force: true })
})

async function connect(): Promise<RawClient> {
  const client = await connectRaw(daemon.port)
  clients.push(client)
  return client
}

/** Lets everybody go, and holds the daemon to it that nobody noticed and nothing is left. */
async function nobodyNoticed(): Promise<void> {
  await bystanders.advance()
  await Promise.all(clients.splice(0).map((client) => client.close()))
  await health.letGo(handles)
  await bystanders.stop()
  verdict.raise()
  expect(health.complaint()).toBeUndefined()
}

/** Somebody who accepts every call. */
async function accepting(name: string) {
  const client = await connect()
  const userId = await logIn(client, name)
  const got: number[] = []
  client.divert(({ type, payload: { call_id } }) => {
    if (type === T.CALL_NOTIFICATION) client.send(T.CALL_RESPONSE, { call_id, accepted: true })
    if (type !== T.USER_STATE_UPDATE && type !== T.HEARTBEAT) got.push(type)
  })
  return { userId, got }
}

const credentials = (username: string) => ({ username, password_hash: `secret of ${username}` })

const candidates = (call_id: unknown, to_user_id: string, count: number) =>
  Array.from({ length: count }, (_, i) =>
    frame(T.ICE_CANDIDATE, {
      call_id,
      to_user_id,
      candidate: `candidate:${i}`,
      sdp_mid: '0',
      sdp_mline_index: 0,
    }),
  )

async function statesSeenBy(watcher: RawClient): Promise<Map<string, string>> {
  watcher.send(T.USER_LIST_REQUEST, {})
  const { text } = await watcher.next(T.USER_LIST_RESPONSE)
  const users = text.matchAll(/"username":"([^"]+)","state":"([^"]+)"/g)
  return new Map([...users].map(([, name = '', state = '']) => [name, state]))
}

describe('a peer whose socket is at fault', { timeout: 120_000 }, () => {
  test('ATTACK-5 one that never reads is cut in the end, and its caller is told; nobody else waits for it', async () => {
    const [caller, stalled] = [await connect(), await connect()]
    const userId = await logIn(stalled, 'stalled')
    await logIn(caller, 'caller')
    caller.send(T.CALL_REQUEST, { to_user_id: userId })
    const { call_id } = (await stalled.next(T.CALL_NOTIFICATION)).payload
    stalled.send(T.CALL_RESPONSE, { call_id, accepted: true })
    await caller.next(T.CALL_ACCEPTED)

    stalled.socket.pause()
    const over = new AbortController()
    const told = caller.next(T.HANGUP).then(() => {
      over.abort()
    })
    const sdp = 'x'.repeat(500_000)
    for (let sent = 0; !over.signal.aborted && sent < 200; sent++) {
      caller.send(T.SDP_OFFER, { call_id, to_user_id: userId, sdp })
      // Whatever waits for the one, another gets in, and the pair's candidates arrive.
      const other = await connect()
      await logIn(other, 'other')
      await bystanders.advance()
      await other.close()
    }
    await told
    await nobodyNoticed()
  })

  test('ATTACK-6 one that is reset at any moment of a call is gone, the other party is free, and nothing is left', async () => {
    const seed = freshSeed()
    console.log(`seed ${seed}`)
    const random = new Random(seed)
    const watcher = await connect()
    await logIn(watcher, 'watcher')
    const callee = await accepting('callee')
    const registering = await connect()
    await logIn(registering, 'caller')
    await registering.close()
    let gone = 1

    for (let round = 0; round < 40; round++) {
      const caller = await connect()
      const opening = Buffer.concat([
        frame(T.LOGIN_REQUEST, credentials('caller')),
        frame(T.CALL_REQUEST, { to_user_id: callee.userId }),
      ])
      if (random.chance(0.5)) {
        caller.sendBytes(opening.subarray(0, random.below(opening.length + 1)))
        for (let turns = random.below(6); turns > 0; turns--) await setImmediate()
      } else {
        caller.sendBytes(opening)
        const { call_id } = (await caller.next(T.CALL_ACCEPTED)).payload
        const signals = Buffer.concat([
          ...candidates(call_id, callee.userId, 5),
          frame(T.HANGUP, { call_id }),
        ])
        caller.sendBytes(signals.subarray(0, random.below(signals.length + 1)))
        if (random.chance(0.5)) await setImmediate()
      }
      caller.socket.resetAndDestroy()
      gone += 1
      // Only then it cannot log in any more, in the place of the next one. Until then the list may be that of before.
      await expect
        .poll(() => logged(daemon, /^connection (closed|said nothing)$/).length, PATIENTLY)
        .toBe(gone)
      await expect
        .poll(() => statesSeenBy(watcher), PATIENTLY)
        .toEqual(
          new Map([
            ['alice', 'Busy'],
            ['bob', 'Busy'],
            ['watcher', 'Available'],
            ['callee', 'Available'],
            ['caller', 'Disconnected'],
          ]),
        )
    }
    const times = (wanted: number) => callee.got.filter((type) => type === wanted).length
    expect(times(T.CALL_NOTIFICATION)).toBeGreaterThan(0)
    // An acceptance that comes too late for the end of its call gets ERROR and one more HANGUP (REQ-7).
    const ended = () => times(T.HANGUP) - times(T.ERROR)
    await expect.poll(() => ended() - times(T.CALL_NOTIFICATION), PATIENTLY).toBe(0)
    await nobodyNoticed()
  })

  test('ATTACK-7 one that stops sending in the middle of a frame is gone at once, and the half frame does nothing', async () => {
    const register = frame(T.REGISTER_REQUEST, credentials('half'))
    for (let cut = 1; cut < register.length; cut++) {
      const stranger = await connect()
      stranger.socket.end(register.subarray(0, cut))
      expect(await stranger.untilClosed()).toEqual([])
    }
    const watcher = await connect()
    await logIn(watcher, 'watcher')
    expect((await statesSeenBy(watcher)).has('half')).toBe(false)

    const callee = await accepting('callee')
    await logIn(await connect(), 'caller')
    const caller = await connect()
    caller.sendBytes(frame(T.LOGIN_REQUEST, credentials('caller')))
    caller.send(T.CALL_REQUEST, { to_user_id: callee.userId })
    const { call_id } = (await caller.next(T.CALL_ACCEPTED)).payload
    const [whole = Buffer.alloc(0), half = Buffer.alloc(0)] = candidates(call_id, callee.userId, 2)
    caller.socket.end(Buffer.concat([whole, half.subarray(0, -1)]))
    await caller.untilClosed()
    await expect.poll(() => callee.got, PATIENTLY).toEqual([T.CALL_NOTIFICATION, T.ICE_CANDIDATE, T.HANGUP])
    await nobodyNoticed()
  })

  test('ATTACK-8 those that send a whole call one byte at a time are served, and hold nobody up', async () => {
    const pairs = Array.from({ length: 10 }, async (_, i) => {
      const callee = await accepting(`callee ${i}`)
      const slow = await connect()
      const dribble = async (bytes: Buffer) => {
        for (const byte of bytes) {
          slow.sendBytes(Buffer.of(byte))
          await setImmediate()
        }
      }
      const username = `slow ${i}`
      await dribble(frame(T.REGISTER_REQUEST, credentials(username)))
      await slow.next(T.REGISTER_RESPONSE)
      await dribble(frame(T.LOGIN_REQUEST, credentials(username)))
      await slow.next(T.LOGIN_RESPONSE)
      await dribble(frame(T.CALL_REQUEST, { to_user_id: callee.userId }))
      const { call_id } = (await slow.next(T.CALL_ACCEPTED)).payload
      for (const one of candidates(call_id, callee.userId, 3)) await dribble(one)
      await dribble(frame(T.HANGUP, { call_id }))
      await slow.drain()
      const { ICE_CANDIDATE, CALL_NOTIFICATION, HANGUP } = T
      await expect
        .poll(() => callee.got, PATIENTLY)
        .toEqual([CALL_NOTIFICATION, ICE_CANDIDATE, ICE_CANDIDATE, ICE_CANDIDATE, HANGUP])
    })
    await Promise.all(pairs)
    await nobodyNoticed()
  })
})
