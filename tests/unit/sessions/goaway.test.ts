import { describe, expect, test } from 'vitest'
import { createDuo } from '../../support/house/duo.ts'
import { createHouse } from '../../support/house/house.ts'
import { unlessShared } from '../../support/house/unless-shared.ts'
import { T } from '../../support/wire/wire.ts'

const GOAWAY = [T.GOAWAY, { reason: 'shutting_down', reconnect_after_ms: 1000 }]
const ERROR = [T.ERROR, { code: 503, message: 'The server is shutting down', reason: 'shutting_down' }]

describe('LIFE-11 when the server stops', () => {
  test.each([
    ['who agreed on goaway gets GOAWAY instead of ERROR', ['goaway'], GOAWAY],
    ['who agreed on everything else gets ERROR', ['resume', 'call_control', 'ice_servers'], ERROR],
    ['who has said no HELLO gets ERROR', undefined, ERROR],
  ])('%s, and the connection ends', async (_who, agreed, last) => {
    const house = createHouse()
    const client = await house.logIn('alice', agreed)
    client.take()
    await house.restart()
    expect(client.seen()).toEqual([last])
    expect(client.ended).toBe(true)
  })

  test('it is the same for who has not logged in', async () => {
    const house = createHouse()
    const client = house.connect()
    await client.hello(['goaway'])
    client.take()
    await house.restart()
    expect(client.seen()).toEqual([GOAWAY])
    expect(client.ended).toBe(true)
  })

  unlessShared('told of the stop')('LIFE-1 it comes after the end of the call', async () => {
    const { house, alice, bob, connect } = await createDuo(['goaway', 'call_control'], ['goaway'], {
      hangUpUnresumableCalls: true,
    })
    const call_id = await connect()
    await house.pass(10)
    await house.restart()
    expect(alice.seen()).toEqual([[T.HANGUP, { call_id, reason: 'shutdown', duration_ms: 10 }], GOAWAY])
    expect(bob.seen()).toEqual([[T.HANGUP, { call_id, reason: 'shutdown' }], GOAWAY])
  })

  test('who is gone already is told nothing', async () => {
    const house = createHouse()
    const client = await house.logIn('alice', ['goaway', 'resume'])
    client.take()
    await client.drop()
    await house.restart()
    expect(client.seen()).toEqual([])
  })
})
