import { describe, expect, test } from 'vitest'
import { createHouse } from '../../support/house/house.ts'
import { comeBack, createResuming, resume } from '../../support/house/resuming.ts'
import { createTrio } from '../../support/house/trio.ts'
import { T } from '../../support/wire/wire.ts'
import { unlessShared } from '../../support/house/unless-shared.ts'

const HOUR_MS = 3_600_000

const TURN = { turnServers: [{ url: 'turn:turn.example.org', secret: 'north' }], ttlSecs: 1000 }

/** Expiry in Unix seconds, as the user name of the TURN credentials has it. */
function expiries(frames: readonly { readonly text: string }[]): number[] {
  return frames.map(({ text }) => Number(/"username":"(\d+):/.exec(text)?.[1]))
}

describe.each([
  ['forward', HOUR_MS],
  ['back', -HOUR_MS],
])('the clock is set %s by an hour', (_which, byMs) => {
  test('LIFE-27 TIME-1 the login deadline stays where it was', async () => {
    const house = createHouse({ loginTimeoutMs: 10_000 })
    const client = house.connect()
    await house.pass(5_000)
    house.setClock(byMs)
    await house.pass(4_999)
    expect(client.ended).toBe(false)
    await house.pass(1)
    expect(client.take(T.ERROR)).toMatchObject([{ payload: { reason: 'login_timeout' } }])
  })

  test('LIFE-27 BEAT-2 BEAT-3 so do the ends of silence, and HEARTBEAT is answered as before', async () => {
    const house = createHouse()
    const quiet = await house.logIn('quiet')
    const beating = await house.logIn('beating')
    await beating.send(T.HEARTBEAT, { timestamp: 1 })
    for (const client of [quiet, beating]) client.take()
    await house.pass(15_000)
    house.setClock(byMs)
    await house.pass(14_999)
    expect([...quiet.take(), ...beating.take()]).toEqual([])
    await house.pass(1)
    const [beat] = quiet.take(T.HEARTBEAT)
    expect(beat).toBeDefined()
    await quiet.send(T.HEARTBEAT, beat?.payload ?? {})
    expect(quiet.take()).toEqual([])
    await house.pass(29_999)
    expect(beating.ended).toBe(false)
    await house.pass(1)
    expect(beating.take(T.ERROR)).toMatchObject([{ payload: { reason: 'session_timeout' } }])
    expect(quiet.ended).toBe(false)
  })

  test('LIFE-27 CALL-7 CALL-13 a call rings as long as it would have, and lasts as long as it lasts', async () => {
    const trio = await createResuming()
    const { house, alice, bob } = trio
    const call_id = await trio.ring()
    await house.pass(10_000)
    house.setClock(byMs)
    await house.pass(19_999)
    expect(alice.take(T.CALL_DECLINED)).toEqual([])
    await house.pass(1)
    expect(alice.take(T.CALL_DECLINED)).toMatchObject([{ payload: { call_id, reason: 'timeout' } }])

    const again = await trio.ring()
    await bob.send(T.CALL_RESPONSE, { call_id: again, accepted: true })
    await house.pass(1_000)
    house.setClock(byMs)
    await house.pass(1_000)
    await alice.send(T.HANGUP, { call_id: again })
    expect(bob.take(T.HANGUP)).toMatchObject([{ payload: { call_id: again, duration_ms: 2_000 } }])
  })

  test('LIFE-27 RESUME-7 a session waits for its client as long as it would have', async () => {
    const { house, alice, bob } = await createResuming()
    await alice.drop()
    await bob.drop()
    await house.pass(30_000)
    house.setClock(byMs)
    await house.pass(29_999)
    expect((await comeBack(house, alice, 0)).resumed).toMatchObject({ username: 'alice' })
    await house.pass(1)
    const late = await resume(house, { session_token: bob.token, last_seq: 0 })
    expect(late.seen()).toEqual([[T.RESUME_REFUSED, { reason: 'expired' }]])
  })

  test('LIFE-27 ICE-3 ICE-5 TURN credentials are renewed when they would have been, by the new time', async () => {
    const agreed = { ofAlice: ['ice_servers'], ofBob: ['ice_servers'] }
    const trio = await createTrio(agreed, { ice: TURN })
    const { house, alice } = trio
    const now = () => Math.floor(house.ports.clock.wallMs() / 1000)
    await trio.connect()
    await house.pass(500_000)
    house.setClock(byMs)
    await house.pass(249_999)
    expect(alice.take(T.ICE_SERVERS)).toEqual([])
    await house.pass(1)
    expect(expiries(alice.take(T.ICE_SERVERS))).toEqual([now() + 1000])
  })

  test('LIFE-27 LIFE-12 a restart afterwards takes the sessions up as any other', async () => {
    const trio = await createResuming()
    const { house, alice, bob } = trio
    const call_id = await trio.connect()
    await house.pass(4_000)
    house.setClock(byMs)
    await alice.drop()
    await house.pass(40_000)
    const next = await house.restart(10_000)
    await next.pass(9_999)
    const { resumed } = await comeBack(next, alice, 0)
    expect(resumed).toMatchObject({ call: { call_id, duration_ms: 63_999 } })
    expect((await comeBack(next, bob, 0)).resumed).toMatchObject({ call: { call_id } })
  })
})

unlessShared('journal')(
  'LIFE-27 LIFE-12 where the clock is set back by an hour during a restart, every session waits its whole window',
  async () => {
    const { house, alice, bob } = await createResuming()
    await alice.drop()
    await house.pass(50_000)
    const next = await house.restart(-HOUR_MS)
    await next.pass(59_999)
    expect((await comeBack(next, alice, 0)).resumed).toMatchObject({ username: 'alice' })
    await next.pass(1)
    const late = await resume(next, { session_token: bob.token, last_seq: 0 })
    expect(late.seen()).toEqual([[T.RESUME_REFUSED, { reason: 'expired' }]])
  },
)
