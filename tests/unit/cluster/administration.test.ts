import { expect, test } from 'vitest'
import { clusterMetrics } from '../../../src/daemon/metrics/cluster-metrics.ts'
import { SharedMemory } from '../../support/cluster/shared-memory.ts'
import { createHouse, type House, settled } from '../../support/house/house.ts'
import { createHouseTime } from '../../support/house/time.ts'
import { T } from '../../support/wire/wire.ts'

const CAPABILITIES = ['resume', 'rooms']

interface World {
  readonly shared: SharedMemory
  readonly a: House
  readonly b: House
}

/** Two nodes, with the accounts that they share. */
async function twoNodes(): Promise<World> {
  const shared = new SharedMemory(createHouseTime(1_700_000_000_000))
  const a = createHouse({ world: shared, node: 'a' })
  const { users, hasher, history } = a.ports
  const b = createHouse({ world: shared, node: 'b', users, hasher, history })
  await settled()
  return { shared, a, b }
}

async function counts({ inputs: { administration } }: House) {
  const { ringing, active } = await administration.countCalls()
  const { occupied, members } = await administration.rooms.count()
  return [administration.countSessions(), { ringing, active }, { occupied, members }]
}

test('CLUSTER-100 CLUSTER-104 each session, call and room is one node’s, and those of a dead node the first’s', async () => {
  const { shared, a, b } = await twoNodes()
  const [alice, bob] = [await a.logIn('alice', CAPABILITIES), await b.logIn('bob', CAPABILITIES)]
  await bob.send(T.CALL_REQUEST, { to_user_id: alice.userId })
  const carol = await b.logIn('carol', CAPABILITIES)
  await carol.send(T.ROOM_JOIN, { room_id: 'voice' })
  await (await a.logIn('dave', CAPABILITIES)).send(T.ROOM_JOIN, { room_id: 'voice' })
  expect(await counts(a)).toEqual([
    { live: 2, detached: 0 },
    { ringing: 0, active: 0 },
    { occupied: 0, members: 1 },
  ])
  expect(await counts(b)).toEqual([
    { live: 2, detached: 0 },
    { ringing: 1, active: 0 },
    { occupied: 1, members: 1 },
  ])
  const seen = ({ inputs: { administration } }: House) =>
    administration.nodes
      ?.list()
      .map(({ name, isThis, sessions, calls }) => [name, isThis, sessions.live, calls])
  expect(seen(a)).toEqual([
    ['a', true, 2, { ringing: 0, active: 0 }],
    ['b', false, 2, { ringing: 1, active: 0 }],
  ])
  shared.kill('b')
  await settled()
  // It lets them wait for their clients at its next tick.
  await a.pass(1)
  expect(await counts(a)).toEqual([
    { live: 2, detached: 2 },
    { ringing: 1, active: 0 },
    { occupied: 1, members: 2 },
  ])
  expect(seen(a)).toEqual([['a', true, 2, { ringing: 1, active: 0 }]])
  const account = await a.ports.users.findByName('carol')
  expect(account && a.inputs.administration.stateOf(account.id)).toBe('detached')
})

test('METRIC-11 a commit counts where it is decided, and in the lag of the others', async () => {
  const { a, b } = await twoNodes()
  const counted = ({ figures: { cluster } }: House) => ({
    committed: cluster.commits.of('committed'),
    times: cluster.commitTimes.counts.reduce((sum, count) => sum + count),
    lags: cluster.lags.counts.reduce((sum, count) => sum + count),
  })
  await a.logIn('alice')
  const { committed } = counted(a)
  expect(committed).toBeGreaterThan(0)
  expect(counted(a)).toEqual({ committed, times: committed, lags: 0 })
  expect(counted(b)).toEqual({ committed: 0, times: 0, lags: committed })
})

test('METRIC-11 what two nodes decide at once is a conflict, and is decided anew', async () => {
  const { a, b } = await twoNodes()
  const [alice, bob] = [await a.logIn('alice'), await b.logIn('bob')]
  await Promise.all([
    alice.send(T.CALL_REQUEST, { to_user_id: bob.userId }),
    bob.send(T.CALL_REQUEST, { to_user_id: alice.userId }),
  ])
  const conflicts = [a, b].map(({ figures }) => figures.cluster.commits.of('conflict'))
  expect(conflicts.toSorted()).toEqual([0, 1])
})

test('METRIC-11 ADMIN-34 a daemon alone has neither nodes nor metrics of a cluster', () => {
  const { figures } = createHouse({ world: undefined })
  expect(clusterMetrics({ cluster: undefined, figures })).toEqual([])
})
