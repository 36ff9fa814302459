import { describe, expect, test } from 'vitest'
import { connect, createCluster, heard } from '../../support/cluster/cluster.ts'
import { DEVICE_CAPABILITIES } from '../../support/house/devices.ts'
import { candidate, comeBack, resume } from '../../support/house/resuming.ts'
import { T } from '../../support/wire/wire.ts'

/** A call between alice, at a, and bob, at b. */
async function callAcross() {
  const cluster = createCluster()
  const alice = await cluster.a.logIn('alice', DEVICE_CAPABILITIES)
  const bob = await cluster.b.logIn('bob', DEVICE_CAPABILITIES)
  const call_id = await connect(alice, bob)
  return { ...cluster, alice, bob, call_id }
}

describe('Redis comes back empty', () => {
  test('CLUSTER-120 a call goes on, and a client that was away finds all that it has missed, at any node', async () => {
    const { world, a, b, alice, bob, call_id } = await callAcross()
    await alice.send(T.ICE_CANDIDATE, candidate(call_id, bob, 'one'))
    await bob.send(T.ICE_CANDIDATE, candidate(call_id, alice, 'two'))
    bob.take()
    await alice.drop()
    await bob.send(T.ICE_CANDIDATE, candidate(call_id, alice, 'three'))
    bob.take()
    world.comeBackEmpty()

    await bob.send(T.ICE_CANDIDATE, candidate(call_id, alice, 'four'))
    const back = await comeBack(b, alice, 2)
    expect(back.resumed).toMatchObject({ received: 2, call: { call_id, phase: 'active' } })
    expect(back.missed.map(({ payload }) => [payload['seq'], payload['candidate']])).toEqual([
      [3, 'two'],
      [4, 'three'],
      [5, 'four'],
    ])
    expect(heard(bob)).toEqual([[T.PEER_STATE, 'connected']])
    await back.client.send(T.HANGUP, { call_id })
    expect(heard(bob)).toEqual([[T.HANGUP, 'hangup']])
    const elsewhere = await comeBack(a, bob, 5)
    expect(elsewhere.resumed).toMatchObject({ received: 4, call: null })
  })

  test('CLUSTER-120 members of a room at two nodes go on in it, and others find it', async () => {
    const { world, b, alice, bob, call_id } = await callAcross()
    await alice.send(T.HANGUP, { call_id })
    for (const client of [alice, bob]) await client.send(T.ROOM_JOIN, { room_id: 'hall' })
    for (const client of [alice, bob]) client.take()
    world.comeBackEmpty()
    await alice.send(T.ICE_CANDIDATE, candidate('hall', bob, 'on'))
    expect(heard(bob)).toEqual([[T.ICE_CANDIDATE, 'on']])
    const carol = await b.logIn('carol', DEVICE_CAPABILITIES)
    await carol.send(T.ROOM_JOIN, { room_id: 'hall' })
    expect(carol.take(T.ROOM_JOINED)[0]?.payload['members']).toHaveLength(2)
    for (const client of [alice, bob]) expect(heard(client)).toContainEqual([T.ROOM_MEMBER, 'joined'])
  })

  test('CLUSTER-121 a session whose node is gone ends, and its peer is told, as nobody knows what it is owed', async () => {
    const { world, b, alice, bob, kill, pass } = await callAcross()
    await kill('a', [alice])
    expect(heard(bob)).toEqual([[T.PEER_STATE, 'reconnecting']])
    world.comeBackEmpty()
    await pass(1)
    expect(heard(bob)).toEqual([[T.HANGUP, 'peer_disconnected']])
    const late = await resume(b, { session_token: alice.token, last_seq: 2 })
    expect(late.take(T.RESUME_REFUSED)).toHaveLength(1)
    await bob.send(T.USER_LIST_REQUEST, {})
    expect(JSON.stringify(bob.take(T.USER_LIST_RESPONSE))).toContain('"Available"')
  })
})
