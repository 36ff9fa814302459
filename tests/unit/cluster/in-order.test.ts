import { beforeEach, describe, expect, test } from 'vitest'
import { SharedMemory } from '../../support/cluster/shared-memory.ts'
import { connect, heard } from '../../support/cluster/cluster.ts'
import { createHouse, type House, type HouseClient, settled } from '../../support/house/house.ts'
import { CAPABILITIES, candidate } from '../../support/house/resuming.ts'
import { createHouseTime } from '../../support/house/time.ts'
import { T } from '../../support/wire/wire.ts'

let world: SharedMemory
let house: House
let alice: HouseClient
let bob: HouseClient

beforeEach(async () => {
  world = new SharedMemory(createHouseTime(1_700_000_000_000), { waits: true })
  house = createHouse({ world, node: 'a' })
  alice = await whileStoreAnswers(house.logIn('alice', CAPABILITIES))
  bob = await whileStoreAnswers(house.logIn('bob', CAPABILITIES))
  for (const client of [alice, bob]) client.take()
})

async function whileStoreAnswers<T>(work: Promise<T>): Promise<T> {
  const over = new AbortController()
  void work.finally(() => {
    over.abort()
  })
  while (!over.signal.aborted) {
    while (world.carryOut('a') || world.hear('a'));
    await settled()
  }
  return work
}

describe('an answer that does not go by way of the store', () => {
  test('CLUSTER-29 comes after the refusal of what was sent before', async () => {
    await alice.send(T.SDP_OFFER, { call_id: 'none', to_user_id: bob.userId, sdp: 'v=0' })
    const asked = alice.send(T.HEARTBEAT, { timestamp: 1 })
    await settled()
    expect(heard(alice)).toEqual([])
    await whileStoreAnswers(asked)
    expect(heard(alice)).toEqual([[T.ERROR, 'call_not_found'], T.HEARTBEAT])
  })

  test('CLUSTER-29 comes when the signal that was sent before is kept', async () => {
    const call_id = await whileStoreAnswers(connect(alice, bob))
    await alice.send(T.ICE_CANDIDATE, candidate(call_id, bob, 'one'))
    const asked = alice.send(T.HEARTBEAT, { timestamp: 1 })
    await settled()
    expect(heard(alice)).toEqual([])
    world.carryOut('a')
    await asked
    expect(heard(alice)).toEqual([T.HEARTBEAT])
  })

  test('CLUSTER-29 comes after 5 s in any case', async () => {
    await alice.send(T.SDP_OFFER, { call_id: 'none', to_user_id: bob.userId, sdp: 'v=0' })
    const asked = alice.send(T.HEARTBEAT, { timestamp: 1 })
    await house.pass(4999)
    expect(heard(alice)).toEqual([])
    await house.pass(1)
    await asked
    expect(heard(alice)).toEqual([T.HEARTBEAT])
  })
})
