import { expect } from 'vitest'
import { endsAfterEach } from '../../support/ends.ts'
import { unlessSplit } from '../../support/nodes/unless-on-nodes.ts'
import { v1Header } from '../../support/wire/proxy-headers.ts'
import { connectRaw, logIn, type RawClient, setUpCall } from '../../support/wire/raw-client.ts'
import { startTestDaemon } from '../../support/house/running-daemon.ts'
import { T } from '../../support/wire/wire.ts'

const test = unlessSplit('limits')
const PLACES = 6
const FLOODERS = 2 * PLACES
const EACH = 50

const ends = endsAfterEach()

/** A daemon with one hash thread and few places, and a way to come to it from any address. */
async function start(
  bcrypt_cost = 10,
  max_pending_hashes = PLACES,
): Promise<(address: string) => Promise<RawClient>> {
  const daemon = await startTestDaemon({
    proxy: { networks: ['127.0.0.0/8'] },
    security: { bcrypt_cost, hash_threads: 1, max_pending_hashes, enable_rate_limiting: false },
  })
  ends.push(() => daemon.stop())
  return async (address) => {
    const client = await connectRaw(daemon.port)
    ends.push(() => client.close())
    client.sendBytes(v1Header(address, 1024))
    return client
  }
}

/** One address keeps every place taken, with logins that wait behind each other; resolves when some were refused. */
async function flood(connect: (address: string) => Promise<RawClient>): Promise<{ isOver: () => boolean }> {
  const flooders = await Promise.all(Array.from({ length: FLOODERS }, () => connect('198.51.100.1')))
  const logins = Array.from({ length: EACH }, (_, i) => ({ username: `guess ${i}`, password_hash: 'pw' }))
  for (const flooder of flooders) for (const login of logins) flooder.send(T.LOGIN_REQUEST, login)
  await Promise.race(flooders.map((flooder) => flooder.next(T.ERROR)))
  let over = false
  void Promise.allSettled(flooders.map((flooder) => flooder.drain())).then(() => {
    over = true
  })
  return { isOver: () => over }
}

test('AUTH-10 who finds every place taken, without HELLO too, is told when to try again', async () => {
  // So dear that none is done before the last has come.
  const connect = await start(14)
  const clients = await Promise.all(Array.from({ length: PLACES + 1 }, () => connect('198.51.100.1')))
  for (const [i, client] of clients.entries()) {
    client.send(T.LOGIN_REQUEST, { username: 'nobody', password_hash: 'pw', request_id: `r${i}` })
  }
  const { payload } = await Promise.race(clients.map((client) => client.next(T.ERROR)))
  expect(payload).toMatchObject({ code: 503, reason: 'overloaded', in_reply_to: T.LOGIN_REQUEST })
  expect(Object.keys(payload)).toEqual([
    'code',
    'message',
    'reason',
    'in_reply_to',
    'retry_after_ms',
    'request_id',
  ])
  const retryAfterMs = Number(payload['retry_after_ms'])
  expect(Number.isInteger(retryAfterMs)).toBe(true)
  expect(retryAfterMs).toBeGreaterThanOrEqual(100)
  expect(retryAfterMs).toBeLessThanOrEqual(60_000)
})

test('AUTH-11 while one address floods, another registers and logs in without a refusal', async () => {
  const connect = await start()
  const { isOver } = await flood(connect)
  const alice = await connect('198.51.100.2')
  await logIn(alice, 'alice')
  expect(await alice.drain()).toEqual([])
  expect(isOver()).toBe(false)
})

test('AUTH-11 while one address floods, a call is set up, and what its parties send each other arrives', async () => {
  const connect = await start()
  const [alice, bob] = [await connect('198.51.100.2'), await connect('198.51.100.3')]
  const { call_id, calleeId } = await setUpCall(alice, bob)
  alice.send(T.HANGUP, { call_id })
  await bob.next(T.HANGUP)

  const { isOver } = await flood(connect)
  alice.send(T.CALL_REQUEST, { to_user_id: calleeId })
  const again = (await bob.next(T.CALL_NOTIFICATION)).payload['call_id']
  bob.send(T.CALL_RESPONSE, { call_id: again, accepted: true })
  await alice.next(T.CALL_ACCEPTED)
  for (let i = 0; i < 200; i++) {
    const candidate = { candidate: `candidate ${i}`, sdp_mid: '0', sdp_mline_index: 0 }
    alice.send(T.ICE_CANDIDATE, { call_id: again, to_user_id: calleeId, ...candidate })
    expect((await bob.next(T.ICE_CANDIDATE)).payload['candidate']).toBe(`candidate ${i}`)
  }
  expect(isOver()).toBe(false)
})

test('PW-25 AUTH-11 while 300 addresses guess, a user who comes back from where it was waits for a few hashes only', async () => {
  const connect = await start(8, 1000)
  const home = '203.0.113.7'
  const before = await connect(home)
  await logIn(before, 'alice')
  await before.close()

  const guessers = await Promise.all(
    Array.from({ length: 300 }, (_, i) =>
      connect(`198.51.100.${i % 250}`.replace('100', String(100 + Math.floor(i / 250)))),
    ),
  )
  let answered = 0
  const guesses = guessers.map(async (guesser, i) => {
    guesser.send(T.LOGIN_REQUEST, { username: `guess ${i}`, password_hash: 'pw' })
    await guesser.next(T.LOGIN_RESPONSE)
    answered += 1
  })
  // Most of them are still waiting when the test ends.
  void Promise.allSettled(guesses)
  await Promise.race(guesses)
  const alice = await connect(home)
  const answeredBefore = answered
  alice.send(T.LOGIN_REQUEST, { username: 'alice', password_hash: 'secret of alice' })
  expect((await alice.next(T.LOGIN_RESPONSE)).payload).toMatchObject({ success: true })
  expect(answered - answeredBefore).toBeLessThan(20)
})
