import { describe, expect, test } from 'vitest'
import { type Agreed, createDuo, type Duo } from '../../support/house/duo.ts'
import type { HouseClient } from '../../support/house/house.ts'
import { type Received, T } from '../../support/wire/wire.ts'

const CONTROL = ['call_control']

const durations = (received: readonly Received[]) => received.map(({ payload }) => payload['duration_ms'])

/** Lets time pass; `a` and `b` are what alice and bob do then: hold, go on, or mute. */
type Act = readonly [ms: number, who?: 'a' | 'b', change?: object]

const HOLD = { on_hold: true }
const GO_ON = { on_hold: false }

async function play({ house, alice, bob }: Duo, call_id: string, acts: readonly Act[]): Promise<void> {
  for (const [ms, who, change] of acts) {
    await house.pass(ms)
    if (who !== undefined) await (who === 'a' ? alice : bob).send(T.CALL_UPDATE, { call_id, ...change })
  }
}

const HOLDS: readonly (readonly [string, number, readonly Act[]])[] = [
  ['nobody held', 5000, [[5000]]],
  ['it ended in the instant of its beginning', 0, []],
  ['the caller held for a while', 4000, [[1000, 'a', HOLD], [7000, 'a', GO_ON], [3000]]],
  ['the callee held for a while', 4000, [[1000, 'b', HOLD], [7000, 'b', GO_ON], [3000]]],
  ['it was held at its end', 1000, [[1000, 'a', HOLD], [9000]]],
  ['it was held from its beginning', 500, [[0, 'b', HOLD], [9000, 'b', GO_ON], [500]]],
  [
    'both held, one after the other',
    3000,
    [[1000, 'a', HOLD], [50, 'a', GO_ON], [1000, 'b', HOLD], [50, 'b', GO_ON], [1000]],
  ],
  [
    'the holds of both overlapped',
    3000,
    [[1000, 'a', HOLD], [400, 'b', HOLD], [400, 'a', GO_ON], [400, 'b', GO_ON], [2000]],
  ],
  [
    'one held within the hold of the other',
    3000,
    [[1000, 'a', HOLD], [400, 'b', HOLD], [400, 'b', GO_ON], [400, 'a', GO_ON], [2000]],
  ],
  ['a hold was said twice', 3000, [[1000, 'a', HOLD], [400, 'a', HOLD], [400, 'a', GO_ON], [2000]]],
  ['a hold was ended twice', 3000, [[1000, 'a', GO_ON], [1000, 'a', GO_ON], [1000]]],
  [
    'somebody muted, which is no hold',
    3000,
    [[1000, 'a', { audio_muted: true }], [1000, 'b', { video_muted: true }], [1000]],
  ],
  ['somebody muted during a hold', 1000, [[1000, 'a', HOLD], [700, 'a', { audio_muted: true }], [700]]],
]

describe('CALL-13 duration_ms', () => {
  test.each(HOLDS)('is the time active less the time held: %s', async (_how, duration_ms, acts) => {
    const duo = await createDuo(CONTROL, CONTROL)
    const call_id = await duo.connect()
    await play(duo, call_id, acts)
    duo.forget()
    await duo.bob.send(T.HANGUP, { call_id })
    expect(duo.alice.take(T.HANGUP).map(({ payload }) => payload)).toEqual([
      { call_id, reason: 'hangup', duration_ms },
    ])
  })

  test('does not count the time that the call rang', async () => {
    const { house, alice, bob, ring } = await createDuo(CONTROL, CONTROL)
    const call_id = await ring()
    await house.pass(20_000)
    await bob.send(T.CALL_RESPONSE, { call_id, accepted: true })
    await house.pass(300)
    await alice.send(T.HANGUP, { call_id })
    expect(durations(bob.take(T.HANGUP))).toEqual([300])
  })

  test.each([
    ['is lost', 'peer_disconnected', ({ bob }: Duo) => bob.drop()],
    ['logs out', 'logout', ({ bob }: Duo) => bob.send(T.LOGOUT_REQUEST, {})],
    ['logs in elsewhere', 'replaced', ({ house }: Duo) => house.logIn('bob')],
    ['hangs up', 'hangup', ({ bob }: Duo, call_id: string) => bob.send(T.HANGUP, { call_id })],
  ])('is told when the other party %s', async (_how, reason, leave) => {
    const duo = await createDuo(CONTROL, CONTROL)
    const call_id = await duo.connect()
    await duo.house.pass(4321)
    await leave(duo, call_id)
    expect(duo.alice.take(T.HANGUP).map(({ payload }) => payload)).toEqual([
      { call_id, reason, duration_ms: 4321 },
    ])
  })

  test('LIFE-1 LIFE-29 is told to both parties when the server stops and hangs up', async () => {
    const { house, alice, bob, connect } = await createDuo(CONTROL, undefined, {
      hangUpUnresumableCalls: true,
    })
    const call_id = await connect()
    await house.pass(77)
    await house.restart()
    expect(alice.take(T.HANGUP)).toMatchObject([
      { payload: { call_id, reason: 'shutdown', duration_ms: 77 } },
    ])
    expect(bob.take(T.HANGUP).map(({ text }) => text)).toEqual([
      `{"call_id":"${call_id}","reason":"shutdown"}`,
    ])
  })

  const silent: readonly (readonly [
    string,
    (duo: Duo, call_id: string) => Promise<void>,
    (duo: Duo) => HouseClient[],
  ])[] = [
    [
      'declined',
      ({ bob }, call_id) => bob.send(T.CALL_RESPONSE, { call_id, accepted: false }),
      ({ alice }) => [alice],
    ],
    ['not answered', ({ house }) => house.pass(20_000), ({ alice, bob }) => [alice, bob]],
    ['cancelled', ({ alice }, call_id) => alice.send(T.HANGUP, { call_id }), ({ bob }) => [bob]],
    ['cut by a loss', ({ bob }) => bob.drop(), ({ alice }) => [alice]],
  ]

  test.each(silent)('is 0 for a call that is %s while it rings', async (_how, end, told) => {
    const duo = await createDuo(CONTROL, CONTROL)
    const call_id = await duo.ring()
    await duo.house.pass(10_000)
    duo.forget()
    await end(duo, call_id)
    for (const client of told(duo)) {
      expect(durations([...client.take(T.CALL_DECLINED), ...client.take(T.HANGUP)])).toEqual([0])
    }
  })

  test.each<readonly [string, Agreed, Agreed]>([
    ['caller', undefined, CONTROL],
    ['callee', CONTROL, undefined],
  ])('HELLO-5 is told to the one who knows it alone, where the %s is of v1', async (_who, ofAlice, ofBob) => {
    const { house, alice, bob, connect } = await createDuo(ofAlice, ofBob)
    for (const [from, to, toldHow] of [
      [alice, bob, ofBob],
      [bob, alice, ofAlice],
    ] as const) {
      const call_id = await connect()
      await house.pass(100)
      await from.send(T.HANGUP, { call_id })
      expect(durations(to.take(T.HANGUP))).toEqual([toldHow === undefined ? undefined : 100])
    }
  })
})
