import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { logIn } from '../../support/wire/raw-client.ts'
import { spawnDaemon, untilLogged } from '../../support/programs/spawned-daemon.ts'
import { visits } from '../../support/wire/visits.ts'
import { T } from '../../support/wire/wire.ts'

const ALL = ['resume', 'call_control', 'goaway']

/** So long that a test which waits for it fails. */
const AGES_MS = 600_000

const { afterwards, connect: join } = visits()

async function start(drain: object, { cwd, config }: { cwd?: string; config?: Sections } = {}) {
  const sections = { security: { bcrypt_cost: 4 }, drain, ...config }
  const daemon = await spawnDaemon(cwd === undefined ? { config: sections } : { config: sections, cwd })
  afterwards(() => rm(daemon.cwd, { recursive: true, force: true }))
  afterwards(() => daemon.stop('SIGKILL'))
  return daemon
}

type Sections = Readonly<Record<string, object>>

test.each(['SIGTERM', 'SIGUSR2'] as const)(
  'LIFE-16 LIFE-18 LIFE-19 LIFE-21 after %s a ringing call is set up, nobody comes in, and a second signal ends it in good order',
  async (signal) => {
    const daemon = await start({ grace_ms: AGES_MS, window_ms: AGES_MS })
    const [alice, bob, carol] = [await join(daemon), await join(daemon), await join(daemon)]
    const [callerId, calleeId] = [await logIn(alice, 'alice'), await logIn(bob, 'bob')]
    await logIn(carol, 'carol')
    alice.send(T.CALL_REQUEST, { to_user_id: calleeId })
    const call_id = String((await bob.next(T.CALL_NOTIFICATION)).payload['call_id'])

    daemon.child.kill(signal)
    await untilLogged(daemon, 'draining')
    const [error] = await once(connect({ port: daemon.port, host: '127.0.0.1' }), 'error')
    expect(error).toMatchObject({ code: 'ECONNREFUSED' })
    carol.send(T.CALL_REQUEST, { to_user_id: calleeId })
    expect((await carol.next(T.ERROR)).payload).toMatchObject({ code: 503, reason: 'draining' })
    expect((await carol.next(T.CALL_DECLINED)).payload).toMatchObject({ reason: 'draining' })

    bob.send(T.CALL_RESPONSE, { call_id, accepted: true })
    await alice.next(T.CALL_ACCEPTED)
    alice.send(T.SDP_OFFER, { call_id, to_user_id: calleeId, sdp: 'offer' })
    expect((await bob.next(T.SDP_OFFER)).payload).toMatchObject({ sdp: 'offer' })
    bob.send(T.SDP_ANSWER, { call_id, to_user_id: callerId, sdp: 'answer' })
    expect((await alice.next(T.SDP_ANSWER)).payload).toMatchObject({ sdp: 'answer' })
    const candidate = { candidate: 'candidate:1', sdp_mid: '0', sdp_mline_index: 0 }
    for (const [from, to, id] of [
      [alice, bob, calleeId],
      [bob, alice, callerId],
    ] as const) {
      from.send(T.ICE_CANDIDATE, { call_id, to_user_id: id, ...candidate })
      expect((await to.next(T.ICE_CANDIDATE)).payload).toMatchObject(candidate)
    }
    for (const one of [alice, bob]) await one.drain()

    expect(await daemon.stop(signal)).toBe(0)
    for (const one of [alice, bob]) {
      expect((await one.untilClosed()).map(({ type, payload }) => [type, payload['reason']])).toEqual([
        [T.ERROR, 'shutting_down'],
      ])
    }
    expect(daemon.lines.map(({ msg }) => msg)).toContain('stopped')
  },
)

test('LIFE-12 LIFE-17 LIFE-20 whenever in the window clients were closed, all resume in the next run', async () => {
  const daemon = await start({ grace_ms: 0, window_ms: 500 })
  const clients = []
  for (let i = 0; i < 10; i += 1) {
    const client = await join(daemon, ALL)
    const username = `user${i}`
    client.send(T.REGISTER_REQUEST, { username, password_hash: 'pw' })
    client.send(T.LOGIN_REQUEST, { username, password_hash: 'pw' })
    const { payload } = await client.next(T.LOGIN_RESPONSE)
    clients.push({ client, username, session_token: String(payload['session_token']) })
  }
  expect(await daemon.stop()).toBe(0)
  for (const { client } of clients) {
    const words = (await client.untilClosed()).filter(({ type }) => type === T.GOAWAY || type === T.ERROR)
    expect(words.map(({ type, payload }) => [type, payload['reason']])).toEqual([
      [T.GOAWAY, 'draining'],
      [T.GOAWAY, 'shutting_down'],
    ])
  }
  const next = await start({}, { cwd: daemon.cwd })
  for (const { username, session_token } of clients) {
    const client = await join(next, ALL)
    client.send(T.RESUME, { session_token, last_seq: 0 })
    expect((await client.next(T.RESUMED)).payload).toMatchObject({ username })
  }
})

test('LIFE-1 LIFE-21 LIFE-2 SIGINT while it drains ends it in good order, and a third signal on the spot', async () => {
  const daemon = await start(
    { grace_ms: 0, window_ms: AGES_MS },
    { config: { limits: { linger_timeout_ms: AGES_MS }, server: { shutdown_timeout_ms: AGES_MS } } },
  )
  const stuck = await join(daemon)
  await stuck.drain()
  stuck.socket.pause()
  daemon.child.kill('SIGUSR2')
  await untilLogged(daemon, 'draining')
  daemon.child.kill('SIGINT')
  await untilLogged(daemon, 'stopping')
  expect(await daemon.stop('SIGUSR2')).toBe(1)
  expect(daemon.lines.map(({ msg }) => msg)).toContain('stopped at once')
})

test('LIFE-3 the deadline of the stop counts from the end of the drain', async () => {
  const daemon = await start(
    { grace_ms: 0, window_ms: 300 },
    { config: { limits: { linger_timeout_ms: AGES_MS }, server: { shutdown_timeout_ms: 100 } } },
  )
  const stuck = await join(daemon)
  await stuck.drain()
  stuck.socket.pause()
  expect(await daemon.stop()).toBe(0)
  const messages = daemon.lines.map(({ msg }) => msg)
  expect(messages.slice(messages.indexOf('draining'))).toEqual([
    'draining',
    'connection ended by the server',
    'stopping',
    'stopped at the deadline: not everybody read our farewell, or the disk was slow',
  ])
})
