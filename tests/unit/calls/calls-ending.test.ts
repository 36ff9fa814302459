import { beforeEach, describe, expect, test } from 'vitest'
import type { HouseClient } from '../../support/house/house.ts'
import { createTrio, type Trio } from '../../support/house/trio.ts'
import { T } from '../../support/wire/wire.ts'
import { unlessShared } from '../../support/house/unless-shared.ts'

let trio: Trio
let house: Trio['house']
let alice: HouseClient
let bob: HouseClient
let carol: HouseClient

beforeEach(async () => {
  trio = await createTrio()
  ;({ house, alice, bob, carol } = trio)
})

const ring = () => trio.ring()
const connect = () => trio.connect()
const forget = () => {
  trio.forget()
}

describe('the end of calls', () => {
  test('CALL-3 CALL-6 an id that cannot be one is that of a call that is not there', async () => {
    for (const call_id of ['', 'two words', '\u0000', 'x'.repeat(129)]) {
      await alice.send(T.HANGUP, { call_id })
      await alice.send(T.CALL_RESPONSE, { call_id, accepted: true })
      expect(alice.seen()).toMatchObject([
        [T.ERROR, { code: 404, reason: 'call_not_found', in_reply_to: T.HANGUP }],
        [T.ERROR, { code: 404, reason: 'call_not_found', in_reply_to: T.CALL_RESPONSE }],
      ])
    }
  })

  test.each([
    ['is declined', ring, (call_id: string) => bob.send(T.CALL_RESPONSE, { call_id, accepted: false })],
    ['rings too long', ring, () => house.pass(30_000)],
    ['is hung up', connect, (call_id: string) => alice.send(T.HANGUP, { call_id })],
  ] as const)('CALL-9 once a call %s, both its parties may be called by others', async (_how, begin, end) => {
    await end(await begin())
    const dave = await house.logIn('dave')
    forget()
    await carol.send(T.CALL_REQUEST, { to_user_id: bob.userId })
    await dave.send(T.CALL_REQUEST, { to_user_id: alice.userId })
    expect([...alice.take(T.CALL_NOTIFICATION), ...bob.take(T.CALL_NOTIFICATION)]).toHaveLength(2)
    expect([...carol.take(T.ERROR), ...dave.take(T.ERROR)]).toEqual([])
  })

  test('CALL-7 whatever is refused meanwhile, a ringing call times out', async () => {
    const call_id = await ring()
    await carol.send(T.HANGUP, { call_id })
    await alice.send(T.CALL_RESPONSE, { call_id, accepted: true })
    await house.pass(30_000)
    expect(alice.take(T.CALL_DECLINED)).toMatchObject([{ payload: { call_id, reason: 'timeout' } }])
    expect(bob.take(T.HANGUP)).toMatchObject([{ payload: { call_id, reason: 'timeout' } }])
  })

  test('CALL-7 of calls that began at different times each ends at its own', async () => {
    const dave = await house.logIn('dave')
    const first = await ring()
    await house.pass(10_000)
    await carol.send(T.CALL_REQUEST, { to_user_id: dave.userId })
    await house.pass(20_000)
    expect(alice.take(T.CALL_DECLINED)).toMatchObject([{ payload: { call_id: first } }])
    expect(carol.take(T.CALL_DECLINED)).toEqual([])
    await house.pass(10_000)
    expect(carol.take(T.CALL_DECLINED)).toMatchObject([{ payload: { reason: 'timeout' } }])
  })

  test('CALL-7 calls that began at the same instant all end', async () => {
    const dave = await house.logIn('dave')
    await ring()
    await carol.send(T.CALL_REQUEST, { to_user_id: dave.userId })
    await house.pass(30_000)
    for (const caller of [alice, carol]) {
      expect(caller.take(T.CALL_DECLINED)).toMatchObject([{ payload: { reason: 'timeout' } }])
    }
  })

  unlessShared('told of the stop')(
    'LIFE-1 at shutdown every call that rings ends, however many there are',
    async () => {
      const dave = await house.logIn('dave')
      await ring()
      await carol.send(T.CALL_REQUEST, { to_user_id: dave.userId })
      for (const client of [alice, bob, carol, dave]) client.take()
      await house.inputs.shutDown()
      for (const client of [alice, bob, carol, dave]) {
        expect(client.seen()).toMatchObject([[T.HANGUP, { reason: 'shutdown' }]])
      }
    },
  )
})
