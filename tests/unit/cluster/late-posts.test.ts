import { describe, expect, test } from 'vitest'
import { createCluster, heard } from '../../support/cluster/cluster.ts'
import { DEVICE_CAPABILITIES } from '../../support/house/devices.ts'
import { settled } from '../../support/house/house.ts'
import { candidate } from '../../support/house/resuming.ts'
import { T } from '../../support/wire/wire.ts'

describe('a node that is cut off from what all share', () => {
  test.each([
    ['that can resume', DEVICE_CAPABILITIES],
    ['that cannot', ['rooms']],
  ])(
    'CLUSTER-3 does not bring what a session %s has sent after what its user sends by the next one',
    async (_, capabilities) => {
      const { world, a, b } = createCluster()
      const bob = await b.logIn('bob', DEVICE_CAPABILITIES)
      const old = await a.logIn('alice', capabilities)
      for (const client of [bob, old]) await client.send(T.ROOM_JOIN, { room_id: 'hall' })
      await old.send(T.ICE_CANDIDATE, candidate('hall', bob, 'in time'))
      world.cutOff('a')
      await old.send(T.ICE_CANDIDATE, candidate('hall', bob, 'too late'))
      const next = await b.logIn('alice', capabilities)
      await next.send(T.ROOM_JOIN, { room_id: 'hall' })
      await next.send(T.ICE_CANDIDATE, candidate('hall', bob, 'anew'))
      world.mend('a')
      await settled()
      expect(heard(bob)).toEqual([
        T.ROOM_JOINED,
        [T.ROOM_MEMBER, 'joined'],
        [T.ICE_CANDIDATE, 'in time'],
        [T.ROOM_MEMBER, 'session_ended'],
        [T.ROOM_MEMBER, 'joined'],
        [T.ICE_CANDIDATE, 'anew'],
      ])
      expect(old.ended).toBe(true)
    },
  )

  test('CLUSTER-60 does not bring what is for a member of a room to the newer session of the same user', async () => {
    const { world, a, b } = createCluster()
    const old = await b.logIn('bob', DEVICE_CAPABILITIES)
    const alice = await a.logIn('alice', DEVICE_CAPABILITIES)
    for (const client of [old, alice]) await client.send(T.ROOM_JOIN, { room_id: 'hall' })
    alice.take()
    world.cutOff('a')
    const next = await b.logIn('bob', DEVICE_CAPABILITIES)
    await next.send(T.ROOM_JOIN, { room_id: 'hall' })
    await alice.send(T.ICE_CANDIDATE, candidate('hall', old, 'to the old one'))
    world.mend('a')
    await settled()
    expect(heard(alice)).toEqual([
      [T.ROOM_MEMBER, 'session_ended'],
      [T.ROOM_MEMBER, 'joined'],
    ])
    await alice.send(T.ICE_CANDIDATE, candidate('hall', next, 'to the new one'))
    expect(heard(next)).toEqual([T.ROOM_JOINED, [T.ICE_CANDIDATE, 'to the new one']])
  })
})
