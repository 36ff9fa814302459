import { setTimeout as pause } from 'node:timers/promises'
import type { Dice } from '../../dice.ts'
import { startRedis } from '../../programs/redis-server.ts'
import { connectRaw } from '../../wire/raw-client.ts'
import { T } from '../../wire/wire.ts'
import { type BreakableNode, makeNode } from './breakable-node.ts'
import { makeBreak } from './breakages.ts'
import { createChecker } from './check/checker.ts'
import type { Entry } from './history.ts'
import { type Kind, PASSWORD, Wanderer, type World } from './wanderer.ts'

interface Options {
  readonly dice: Dice
  readonly postgresUrl: string
  readonly seconds: number
  readonly clients: number
  readonly nodeTimeoutMs: number
  /** Nothing is broken. */
  readonly isPeaceful?: boolean
  /** Is given each entry of the history. */
  readonly record?: (entry: Entry) => void
  readonly report?: (what: string) => void
}

export interface Outcome {
  readonly faults: readonly string[]
  /** What nodes have logged as errors. */
  readonly errors: readonly string[]
  /** How many of which kind. */
  readonly breakages: ReadonlyMap<string, number>
  readonly messages: number
  readonly signals: number
  readonly resumptions: number
  /** Calls and rooms' members that there were at the end. */
  readonly inCalls: number
  readonly inRooms: number
}

const NAMES = ['a', 'b', 'c']
const KINDS: readonly Kind[] = ['resuming', 'resuming', 'resuming', 'v1', 'plain']
/** How long it takes depends on the machine; whoever is not calm by then never will be. */
const CALM_WITHIN_MS = 180_000
const SETTLED_AFTER_MS = 2_000

/** Three nodes that break all the time, and clients that go on: what these have seen is held against what must hold. */
export async function torture(ends: (() => unknown)[], options: Options): Promise<Outcome> {
  const { dice, postgresUrl, seconds, clients, nodeTimeoutMs, isPeaceful = false } = options
  const { record = () => undefined, report = () => undefined } = options
  const redis = await startRedis(ends, { options: ['--appendonly', 'yes', '--appendfsync', 'always'] })
  const nodes: BreakableNode[] = []
  for (const name of NAMES)
    nodes.push(await makeNode(ends, { name, redisPort: redis.port, postgresUrl, nodeTimeoutMs }))
  await Promise.all(nodes.map((node) => node.start()))
  const checker = createChecker()
  const complaints: string[] = []
  const counts = { messages: 0, signals: 0, resumptions: 0 }
  const broken = new Map<string, number>()
  const wanderers: Wanderer[] = []
  let isOver = false
  const beganMs = performance.now()
  const world: World = {
    dice,
    wanderers,
    rooms: Array.from({ length: Math.ceil(clients / 12) }, (_, n) => `room-${n}`),
    nodes: () => nodes.flatMap(({ name, port }) => (port === undefined ? [] : [{ name, port }])),
    record(entry) {
      if (isOver) return
      const inRun = { ...entry, atMs: Math.round(entry.atMs - beganMs) }
      if (inRun.what === 'got') {
        counts.messages += 1
        if (inRun.type === T.ICE_CANDIDATE) counts.signals += 1
        if (inRun.type === T.RESUMED) counts.resumptions += 1
      }
      record(inRun)
      checker.take(inRun)
    },
    complain(fault) {
      complaints.push(fault)
    },
    isQuiet: false,
  }
  for (let n = 0; n < clients; n += 1) {
    const kind = KINDS[n % KINDS.length] ?? 'v1'
    wanderers.push(new Wanderer(`${kind}-${n}`, kind, world, n % 11 === 10))
  }
  await register(nodes, wanderers)
  const lives = wanderers.map((wanderer) => wanderer.live())
  ends.push(async () => {
    for (const wanderer of wanderers) wanderer.end()
    await Promise.all(lives)
  })

  const untilMs = performance.now() + seconds * 1000
  const breakSomething = makeBreak({
    ...{ dice, redis, nodes, nodeTimeoutMs },
    report(kind, what) {
      broken.set(kind, (broken.get(kind) ?? 0) + 1)
      report(`${Math.round(performance.now() - beganMs)} ms: ${what}`)
    },
  })
  const breaking = async (): Promise<void> => {
    while (performance.now() < untilMs) {
      if (!isPeaceful) await breakSomething()
      await pause(dice.between(500, 2500))
    }
  }
  // At times two things are broken at once.
  await Promise.all([breaking(), breaking()])

  world.isQuiet = true
  report(`${Math.round(performance.now() - beganMs)} ms: quiet`)
  complaints.push(...(await calm(wanderers)))
  world.record({ atMs: performance.now(), what: 'quiet' })
  const stay = wanderers.filter(({ isGone }) => !isGone)
  await pause(SETTLED_AFTER_MS)
  // On a machine that is busy with other things a node has not had its two seconds yet: it answers late, too.
  for (let times = 0; times < 2; times += 1) await Promise.all(stay.map((wanderer) => wanderer.untilHeard()))
  world.record({ atMs: performance.now(), what: 'settled' })
  for (const wanderer of stay)
    if (!(await wanderer.askForLists())) complaints.push(`${wanderer.name} is not told any list`)
  const inCalls = stay.filter(({ call }) => call?.isLeft === false).length
  const inRooms = stay.filter(({ room }) => room !== undefined).length
  for (const wanderer of stay) if (wanderer.kind === 'resuming') wanderer.cut()
  complaints.push(...(await calm(wanderers)))
  for (const wanderer of stay)
    if (!(await wanderer.askForLists())) complaints.push(`${wanderer.name} is not told any list`)
  isOver = true
  const faults = [...complaints, ...checker.finish()]
  const errors = nodes.flatMap((node) => node.errors)
  return { ...counts, breakages: broken, faults, errors, inCalls, inRooms }
}

/** Until it has been calm for a while: who does not come to rest is told of. */
async function calm(wanderers: readonly Wanderer[]): Promise<readonly string[]> {
  const untilMs = performance.now() + CALM_WITHIN_MS
  let sinceMs = performance.now()
  while (performance.now() - sinceMs < 1000) {
    await pause(20)
    const restless = wanderers.filter(({ isCalm }) => !isCalm)
    if (restless.length > 0) sinceMs = performance.now()
    if (performance.now() > untilMs)
      return restless.map(
        ({ name, isIn, isAsking, call }) =>
          `restless: ${name} ${JSON.stringify({ isIn, isAsking, call: call ?? null })}`,
      )
  }
  return []
}

async function register(nodes: readonly BreakableNode[], wanderers: readonly Wanderer[]): Promise<void> {
  const [first] = nodes
  const client = await connectRaw(first?.port ?? 0)
  for (const { name } of wanderers) {
    client.send(T.REGISTER_REQUEST, { username: name, password_hash: PASSWORD })
    await client.next(T.REGISTER_RESPONSE)
  }
  await client.close()
}
