import { expect, test } from 'vitest'
import type { Committed, Follower } from '../../../src/application/ports/shared-state.ts'
import type { Outcome } from '../../../src/application/effect.ts'
import type { Tx } from '../../../src/application/ports/transaction.ts'
import { parseRoomId } from '../../../src/domain/ids.ts'
import { RefusalReason } from '../../../src/domain/refusal.ts'
import { err, ok } from '../../../src/domain/result.ts'
import { createMemoryCallStore } from '../../../src/infrastructure/memory/memory-call-store.ts'
import { createMemoryPresence } from '../../../src/infrastructure/memory/memory-presence.ts'
import { createMemoryRooms } from '../../../src/infrastructure/memory/memory-rooms.ts'
import { createMemorySessions } from '../../../src/infrastructure/memory/memory-sessions.ts'
import { randomIds } from '../../../src/infrastructure/system/random-ids.ts'
import { randomTokens } from '../../../src/infrastructure/system/random-tokens.ts'
import { systemRandom } from '../../../src/infrastructure/system/system-random.ts'
import { Registry } from '../../../src/session/registry.ts'
import { TokenTable } from '../../../src/session/resumption/token-table.ts'
import { roomKey } from '../../../src/session/shared/keys.ts'
import { recordKey } from '../../../src/session/shared/records.ts'
import { Replica } from '../../../src/session/shared/replica.ts'
import { makeSessionBoxes } from '../../../src/session/shared/session-boxes.ts'
import { makeSharedTransactions } from '../../../src/session/shared/transactions.ts'
import { SharedMemory } from '../../support/cluster/shared-memory.ts'
import { silentLog } from '../../support/house/silent-log.ts'
import { createHouseTime } from '../../support/house/time.ts'

const ASKER = { client: '', transport: 'tcp', requestId: undefined, counted: undefined }
const nothing = () => undefined
const deaf: Follower = {
  begin: nothing,
  committed: nothing,
  posted: nothing,
  nodesChanged: nothing,
  fenced: nothing,
}

test('CLUSTER-86 a node refuses nothing by what it has not heard of yet', async () => {
  const time = createHouseTime(0)
  const world = new SharedMemory(time)
  const stores: Tx = {
    sessions: createMemorySessions(),
    calls: createMemoryCallStore(),
    rooms: createMemoryRooms(),
    presence: createMemoryPresence(),
  }
  const [a, b] = [world.node('a'), world.node('b')]
  const replica = new Replica(stores, b.node)
  const unheard: Committed[] = []
  await a.join(deaf)
  await b.join({
    ...deaf,
    begin: (whole) => {
      replica.begin(whole)
    },
    committed: (commit) => unheard.push(commit),
  })
  const boxes = { registry: new Registry(), tokens: new TokenTable(randomTokens), mail: { nextOf: () => 1 } }
  const { transact } = makeSharedTransactions({
    ...{ state: b, replica, scratchCalls: createMemoryCallStore, ids: randomIds, random: systemRandom },
    ...{ clock: time.clock, pause: time.pause, log: silentLog, ended: new AbortController().signal },
    makeBoxes: () => makeSessionBoxes({ ...boxes, comers: new WeakMap() }),
  })
  const room = parseRoomId('new')
  if (room === undefined) throw new Error('the id of a room')
  const outcomes: Outcome[] = []
  const find = () =>
    transact(
      async (tx) => ((await tx.rooms.find(room)) ? ok([]) : err({ reason: RefusalReason.roomNotFound })),
      (outcome) => outcomes.push(outcome),
      ASKER,
    )
  await find()
  expect(outcomes.splice(0)).toEqual([err({ reason: RefusalReason.roomNotFound })])

  await a.commit({
    ...{ id: 'made', reads: new Map(), touches: [roomKey(room)], forgets: [], boxes: [], news: '[]' },
    writes: new Map([[recordKey('room', room), JSON.stringify({ id: room, members: [] })]]),
  })
  await expect.poll(() => unheard.length).toBe(1)
  const asked = find()
  // As long as it takes anything that would not wait.
  await new Promise(setImmediate)
  expect(outcomes).toEqual([])
  for (const commit of unheard) replica.apply(commit)
  await asked
  expect(outcomes).toEqual([ok([])])
})
