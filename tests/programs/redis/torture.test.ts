import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { Fenced } from '../../../src/application/ports/shared-state-errors.ts'
import { createDice, randomSeed } from '../../support/dice.ts'
import { endsAfterEach } from '../../support/ends.ts'
import { startRedis } from '../../support/programs/redis-server.ts'
import { startCuttingProxy } from '../browser/app/cutting-proxy.ts'
import { canRun } from '../program.ts'
import { commitOf, type Heard, joinNode, openBox, postOf } from './nodes.ts'

const ends = endsAfterEach()

/** `ROOMRTC_REDIS_TORTURE_SECONDS` and `ROOMRTC_REDIS_TORTURE_SEED` for a longer run, or the same again. */
const SECONDS = Number(process.env['ROOMRTC_REDIS_TORTURE_SECONDS'] ?? 15)
const SEED = Number(process.env['ROOMRTC_REDIS_TORTURE_SEED'] ?? randomSeed())

const NAMES = ['a', 'b', 'c']

describe.skipIf(!canRun('redis-server'))('nodes whose connections and whose Redis break all the time', () => {
  test(
    'CLUSTER-10 CLUSTER-14 lose nothing that was acknowledged, double nothing, and agree on the order',
    { timeout: (SECONDS + 60) * 1000 },
    async () => {
      console.log(`seed ${SEED}`)
      const dice = createDice(SEED)
      const redis = await startRedis(ends, { options: ['--appendonly', 'yes', '--appendfsync', 'always'] })
      const nodes = await Promise.all(
        NAMES.map(async (name) => {
          const proxy = await startCuttingProxy(ends, redis.port)
          const url = `redis://127.0.0.1:${proxy.port}`
          const maxOutbox = { entries: 1e7, bytes: 1e10 }
          const node = await joinNode(ends, {
            url,
            node: name,
            nodeTimeoutMs: 2000,
            waitMs: 60_000,
            maxOutbox,
          })
          await node.state.commit(commitOf({ touches: ['last'], boxes: [openBox(`at-${name}`)] }))
          return {
            ...node,
            name,
            proxy,
            acknowledged: new Map(NAMES.map((to) => [to, new Set<number>()])),
            posted: new Map(NAMES.map((to) => [to, new Set<number>()])),
          }
        }),
      )
      let isOver = false

      /** Numbers of its own to everybody, as fast as they are kept. */
      async function write(node: (typeof nodes)[number]): Promise<void> {
        for (let number = 0; !isOver;) {
          const some = Array.from({ length: dice.between(1, 20) }, () => {
            number += 1
            const to = dice.pick(NAMES)
            const entry = `${node.name} ${number} ${'x'.repeat(dice.between(0, 2000))}`
            const boxes = [{ kind: 'owe', sessions: [`at-${to}`], entry } as const]
            const isCommit = dice.between(1, 3) === 1
            const done = isCommit
              ? node.state.commit(commitOf({ touches: ['last'], boxes, news: entry }))
              : node.state.post([postOf(dice.pick(NAMES), `at-${to}`, entry)])
            const mine = number
            return done.then(() => {
              node.acknowledged.get(to)?.add(mine)
              if (!isCommit) node.posted.get(to)?.add(mine)
            })
          })
          for (const result of await Promise.allSettled(some)) {
            if (result.status === 'fulfilled') continue
            expect(result.reason, `seed ${SEED}`).toBeInstanceOf(Fenced)
            await pause(20)
          }
        }
      }

      const faults: readonly (() => Promise<void>)[] = [
        async () => {
          const { proxy } = dice.pick(nodes)
          proxy.cut()
          await pause(dice.pick([0, 0, 0, 50, 3000]))
          proxy.mend()
        },
        async () => {
          const { proxy } = dice.pick(nodes)
          proxy.hold()
          await pause(dice.pick([10, 100, 500, 2500]))
          proxy.letGo()
        },
        async () => {
          redis.pause()
          await pause(dice.pick([100, 1000, 3000]))
          redis.goOn()
        },
        async () => {
          await redis.kill()
          await pause(dice.pick([0, 1000]))
          await redis.start()
        },
      ]
      const writers = nodes.map(write)
      const untilMs = performance.now() + SECONDS * 1000
      while (performance.now() < untilMs) {
        await dice.pick(faults)()
        await pause(dice.between(0, 500))
      }
      await expect.poll(() => nodes.map(({ state }) => state.leaseLeftMs() > 0)).toEqual([true, true, true])
      isOver = true
      await Promise.all(writers)
      const [first] = nodes
      await expect.poll(first?.live ?? (() => [])).toEqual(NAMES)

      const versionsOf = (): readonly unknown[] => nodes.map(({ commits }) => commits().at(-1)?.version)
      await first?.state.commit(commitOf({ touches: ['last'], news: 'the end' }))
      await expect
        .poll(() => nodes.map(({ commits }) => commits().at(-1)?.news))
        .toEqual(NAMES.map(() => 'the end'))
      expect(new Set(versionsOf()).size).toBe(1)
      const lives = nodes.map(({ times }) => times('begin')).join()
      const counts = nodes.map(({ acknowledged }) =>
        [...acknowledged.values()].map(({ size }) => size).join(),
      )
      console.log(`lives ${lives}, acknowledged ${counts.join(' ')}`)
      for (const to of NAMES) {
        const box = await first?.state.box(`at-${to}`)
        for (const { name, acknowledged } of nodes) {
          const owed = numbersFrom(name, box?.entries ?? [])
          expect(owed, `seed ${SEED}`).toEqual([...new Set(owed)].toSorted((one, other) => one - other))
          const kept = new Set(owed)
          expect(
            [...(acknowledged.get(to) ?? [])].filter((number) => !kept.has(number)),
            `seed ${SEED}`,
          ).toEqual([])
        }
      }
      for (const { name, heard, times } of nodes) {
        for (const life of livesOf(heard)) {
          const versions = life.flatMap((one) => (one.what === 'committed' ? [one.commit.version] : []))
          const [begin] = life
          const before = begin?.what === 'begin' ? (begin.whole.versions.get('last') ?? 0) : 0
          expect(versions, `seed ${SEED}`).toEqual(versions.map((_, at) => before + 1 + at))
        }
        for (const from of nodes) {
          const posted = heard.flatMap((one) => (one.what === 'posted' ? [one.entry] : []))
          const numbers = numbersFrom(from.name, posted)
          expect(numbers, `seed ${SEED}`).toEqual([...new Set(numbers)].toSorted((one, other) => one - other))
          // What came while it was thought to be dead is in the box alone.
          const heardNumbers = new Set(numbers)
          const missed = [...(from.posted.get(name) ?? [])].filter((number) => !heardNumbers.has(number))
          if (times('fenced') === 0) expect(missed, `seed ${SEED}`).toEqual([])
        }
      }
    },
  )
})

function numbersFrom(name: string, entries: readonly string[]): readonly number[] {
  return entries.flatMap((entry) => {
    const [from, number] = entry.split(' ')
    return from === name ? [Number(number)] : []
  })
}

/** Each from its beginning. */
function livesOf(heard: readonly Heard[]): readonly (readonly Heard[])[] {
  const lives: Heard[][] = []
  for (const one of heard) {
    if (one.what === 'begin') lives.push([])
    lives.at(-1)?.push(one)
  }
  return lives
}
