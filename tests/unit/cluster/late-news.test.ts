import { describe, expect, test } from 'vitest'
import type { Effect, Outcome } from '../../../src/application/effect.ts'
import type { Committed, Follower, SharedState } from '../../../src/application/ports/shared-state.ts'
import { Unavailable } from '../../../src/application/ports/shared-state-errors.ts'
import type { Tx } from '../../../src/application/ports/transaction.ts'
import { parseRoomId } from '../../../src/domain/ids.ts'
import type { Room } from '../../../src/domain/room.ts'
import { RefusalReason } from '../../../src/domain/refusal.ts'
import { err, ok, type Result } from '../../../src/domain/result.ts'
import { createMemoryCallStore } from '../../../src/infrastructure/memory/memory-call-store.ts'
import { createMemoryPresence } from '../../../src/infrastructure/memory/memory-presence.ts'
import { createMemoryRooms } from '../../../src/infrastructure/memory/memory-rooms.ts'
import { createMemorySessions } from '../../../src/infrastructure/memory/memory-sessions.ts'
import { randomIds } from '../../../src/infrastructure/system/random-ids.ts'
import { randomTokens } from '../../../src/infrastructure/system/random-tokens.ts'
import { systemRandom } from '../../../src/infrastructure/system/system-random.ts'
import { createClusterFigures } from '../../../src/session/figures/cluster-figures.ts'
import { TokenTable } from '../../../src/session/resumption/token-table.ts'
import { Replica } from '../../../src/session/shared/copy/replica.ts'
import { makeSessionBoxes } from '../../../src/session/shared/boxes/session-boxes.ts'
import { makeSharedTransactions } from '../../../src/session/shared/transactions.ts'
import { SharedMemory } from '../../support/cluster/shared-memory.ts'
import { silentLog } from '../../support/house/silent-log.ts'
import { createHouseTime } from '../../support/house/time.ts'

const ASKER = { client: '', transport: 'tcp', requestId: undefined, counted: undefined }
const nothing = () => undefined

/** A node that decides, and hears of commits when the test has it so. */
async function startNode(world: SharedMemory, name: string, wrap = (state: SharedState) => state) {
  const stores: Tx = {
    sessions: createMemorySessions(),
    calls: createMemoryCallStore(),
    rooms: createMemoryRooms(),
    presence: createMemoryPresence(),
  }
  const { clock, pause } = world.time
  const state = wrap(world.node(name))
  const replica = new Replica(stores, name)
  const boxes = { tokens: new TokenTable(randomTokens), mail: { nextOf: () => 1 }, comers: new WeakMap() }
  const transactions = makeSharedTransactions({
    ...{ state, replica, clock, pause, log: silentLog, ids: randomIds, random: systemRandom },
    figures: createClusterFigures(),
    mail: {
      refuseInsteadOf: (_commit, refuse) => {
        refuse()
      },
    },
    scratchCalls: createMemoryCallStore,
    ended: new AbortController().signal,
    makeBoxes: (tx) => makeSessionBoxes(tx, boxes),
  })
  const unheard: Committed[] = []
  const follower: Follower = {
    begin: (whole) => {
      replica.begin(whole)
    },
    committed: (commit) => unheard.push(commit),
    posted: nothing,
    nodesChanged: nothing,
    held: () => ({ ...replica.held(), boxes: [], homes: new Map() }),
    restored: nothing,
    fenced: nothing,
  }
  await state.join(follower)
  return {
    unheard,
    hear() {
      for (const commit of unheard.splice(0)) {
        replica.apply(commit)
        transactions.settlementOf(commit)?.()
      }
    },
    /** Makes the room where it is not there yet; what it is told of that goes to `outcomes`. */
    makeRoom(outcomes: Outcome[]): Promise<void> {
      return decide(outcomes, async (tx) => {
        await tx.rooms.put(ROOM)
        return ok([])
      })
    },
    findRoom(outcomes: Outcome[]): Promise<void> {
      return decide(outcomes, async (tx) =>
        (await tx.rooms.find(ROOM.id)) ? ok([]) : err({ reason: RefusalReason.roomNotFound }),
      )
    },
  }

  function decide(outcomes: Outcome[], work: (tx: Tx) => Promise<Outcome>): Promise<void> {
    return transactions.transact(work, (outcome) => outcomes.push(outcome), ASKER)
  }
}

const id = parseRoomId('new')
if (id === undefined) throw new Error('the id of a room')
const ROOM: Room = {
  id,
  name: 'new',
  maxMembers: 2,
  inviteOnly: false,
  members: [],
  invites: [],
  emptySince: 0,
}
const NOT_FOUND: Result<readonly Effect[], object> = err({ reason: RefusalReason.roomNotFound })

/** As long as it takes anything that does not wait for what is to come. */
const aMoment = () => new Promise(setImmediate)

describe('what a node has not heard of yet', () => {
  test('CLUSTER-86 is no reason to refuse what has become possible', async () => {
    const world = new SharedMemory(createHouseTime(0))
    const [a, b] = [await startNode(world, 'a'), await startNode(world, 'b')]
    const outcomes: Outcome[] = []
    await b.findRoom(outcomes)
    expect(outcomes.splice(0)).toEqual([NOT_FOUND])

    const made = a.makeRoom([])
    await expect.poll(() => [a.unheard.length, b.unheard.length]).toEqual([1, 1])
    a.hear()
    await made
    const asked = b.findRoom(outcomes)
    await aMoment()
    expect(outcomes).toEqual([])
    b.hear()
    await asked
    expect(outcomes).toEqual([ok([])])
  })

  test('CLUSTER-87 who has been told of what it asked for is not refused because an answer is lost', async () => {
    const world = new SharedMemory(createHouseTime(0))
    let isHeard = false
    const node = await startNode(world, 'a', (state) => ({
      ...state,
      commit: async (commit) => {
        await state.commit(commit)
        await expect.poll(() => isHeard).toBe(true)
        throw new Unavailable()
      },
    }))
    const outcomes: Outcome[] = []
    const asked = node.makeRoom(outcomes)
    await expect.poll(() => node.unheard.length).toBe(1)
    node.hear()
    isHeard = true
    await asked
    expect(outcomes).toEqual([ok([])])
  })
})
