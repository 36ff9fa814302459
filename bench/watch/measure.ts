import { createDice, type Dice } from '../../tests/support/dice.ts'
import type { UserId } from '../../src/domain/ids.ts'
import { type Stage, stage } from './stage.ts'

/** The same crowd each time. */
const SEED = 20_261_201

/** Changes so far apart that each is told by itself, and so many within one window. */
const ALONE = 2000
const TOGETHER = 20_000

/** What a change takes. */
export interface Cost {
  readonly messages: number
  readonly cpuUs: number
}

export interface Watched {
  readonly alone: Cost
  /** When a fiftieth of a second brings as many changes as there are users in a quarter of an hour. */
  readonly together: Cost
  /** Of a WATCH that names as many others as before. */
  readonly replaceUs: number
  readonly bytesAnEntry: number
  readonly heapMiB: number
  /** Of CPU, all of it together. */
  readonly seconds: number
}

/** Everybody is told of everybody. */
export async function measureBroadcast(listeners: number): Promise<Cost> {
  const crowd = stage(listeners)
  const dice = createDice(SEED)
  await flips(crowd, dice, listeners, 50)
  return flips(crowd, dice, listeners, 200)
}

export async function measureWatch({
  users,
  watched,
}: {
  readonly users: number
  readonly watched: number
}): Promise<Watched> {
  const begun = process.cpuUsage()
  const crowd = stage(users)
  const dice = createDice(SEED)
  const chosen = () => {
    const which: number[] = []
    while (which.length < watched) {
      const at = dice.between(0, users - 1)
      if (!which.includes(at)) which.push(at)
    }
    return which.flatMap((at): UserId | readonly never[] => crowd.ids[at] ?? [])
  }
  const before = heap()
  for (let at = 0; at < users; at++) crowd.watch(at, chosen())
  const after = heap()
  await flips(crowd, dice, users, 200)
  const alone = await flips(crowd, dice, users, ALONE)
  const together = await burst(crowd, dice, users)
  const others = Array.from({ length: 1000 }, (_, at) => [at, chosen()] as const)
  const cpu = process.cpuUsage()
  for (const [at, ids] of others) crowd.watch(at, ids)
  const replaceUs = cpuSince(cpu) / others.length
  return {
    alone,
    together,
    replaceUs,
    bytesAnEntry: (after - before) / (users * watched),
    heapMiB: after / 2 ** 20,
    seconds: cpuSince(begun) / 1e6,
  }
}

async function flips(crowd: Stage, dice: Dice, users: number, changes: number): Promise<Cost> {
  crowd.left.messages = 0
  const cpu = process.cpuUsage()
  for (let i = 0; i < changes; i++) {
    crowd.flip(dice.between(0, users - 1))
    await crowd.pass()
    await crowd.pass()
  }
  return { messages: crowd.left.messages / changes, cpuUs: cpuSince(cpu) / changes }
}

async function burst(crowd: Stage, dice: Dice, users: number): Promise<Cost> {
  crowd.left.messages = 0
  const cpu = process.cpuUsage()
  // Each of somebody else, so that none comes to nothing.
  const first = dice.between(0, users - 1)
  const changes = Math.min(TOGETHER, users)
  for (let i = 0; i < changes; i++) crowd.flip((first + i) % users)
  await crowd.pass()
  const cost = { messages: crowd.left.messages / changes, cpuUs: cpuSince(cpu) / changes }
  await crowd.pass()
  return cost
}

function cpuSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before)
  return user + system
}

function heap(): number {
  global.gc?.()
  return process.memoryUsage().heapUsed
}
