import { expect, test } from 'vitest'
import type { PushResult } from '../../../src/application/ports/waker.ts'
import { type PushOutcome, PushQueue } from '../../../src/infrastructure/web-push/push-queue.ts'
import { createHouseTime } from '../../support/house/time.ts'

const settle = () => new Promise((resolve) => setImmediate(resolve))

/** A queue whose pushes wait until the test says what became of each. */
function begin(more: { maxWaiting?: number; maxSending?: number } = {}) {
  const time = createHouseTime(0)
  const sent: string[] = []
  const results: PushResult[] = []
  const open = new Map<string, (outcome: PushOutcome) => void>()
  const queue = new PushQueue<string>({
    send({ endpoint, message }, ended) {
      sent.push(`${endpoint} ${message}`)
      return new Promise((resolve) => {
        open.set(endpoint, resolve)
        ended.addEventListener('abort', () => {
          resolve({ kind: 'failed', retryAfterMs: undefined })
        })
      })
    },
    count: (result) => results.push(result),
    ...{ maxWaiting: 10, maxSending: 2, clock: time.clock, pause: time.pause, random: { fraction: () => 0 } },
    ...more,
  })
  const add = (endpoint: string, message: string, topic = message, until = 60_000) => {
    queue.add({ endpoint, topic, message, until })
  }
  const done = async (endpoint: string, outcome: PushOutcome = { kind: 'delivered' }) => {
    open.get(endpoint)?.(outcome)
    await settle()
  }
  const failed = { kind: 'failed', retryAfterMs: undefined } as const
  const pass = async (ms: number) => {
    time.move(ms)
    await settle()
  }
  return { queue, add, done, failed, pass, sent, results, time }
}

test('PUSH-9 so many are on their way at a time, and one to each device', async () => {
  const { add, done, sent, results } = begin()
  for (const [endpoint, message] of [
    ['a', '1'],
    ['a', '2'],
    ['b', '1'],
    ['c', '1'],
  ] as const)
    add(endpoint, message)
  expect(sent).toEqual(['a 1', 'b 1'])
  await done('a')
  expect(sent).toEqual(['a 1', 'b 1', 'a 2'])
  await done('a', { kind: 'gone' })
  expect(sent.at(-1)).toBe('c 1')
  await done('b')
  await done('c', { kind: 'refused' })
  expect(results).toEqual(['delivered', 'gone', 'delivered', 'refused'])
})

test('PUSH-9 what fails is sent again, later and later, and given up after six times', async () => {
  const { add, done, failed, pass, sent, results } = begin()
  add('a', '1')
  for (const wait of [250, 500, 1000, 2000, 4000]) {
    const before = sent.length
    await done('a', failed)
    await pass(wait - 1)
    expect(sent).toHaveLength(before)
    await pass(1)
    expect(sent).toHaveLength(before + 1)
  }
  await done('a', failed)
  await pass(60_000)
  expect(sent).toHaveLength(6)
  expect(results).toEqual(['given_up'])
})

test('PUSH-7 PUSH-9 nothing is sent that is of no use any more', async () => {
  const { add, done, failed, pass, sent, results } = begin()
  add('a', '1', 'x', 1000)
  add('a', '2', 'y', 1000)
  await done('a', { kind: 'failed', retryAfterMs: 900 })
  await pass(900)
  expect(sent).toEqual(['a 1', 'a 2'])
  await done('a', failed)
  expect(results).toEqual(['given_up'])
  expect(sent).toEqual(['a 1', 'a 2', 'a 1'])
  await done('a', { kind: 'failed', retryAfterMs: 200 })
  expect(results).toEqual(['given_up', 'given_up'])
})

test.each(['rests before it is sent again', 'is on its way'])(
  'PUSH-7 what is newer takes the place of what %s',
  async (how) => {
    const { add, done, failed, pass, sent, results } = begin({ maxSending: 1 })
    add('a', 'rings', 'call')
    if (how === 'is on its way') add('a', 'over', 'call')
    await done('a', failed)
    if (how !== 'is on its way') add('a', 'over', 'call')
    expect(sent).toEqual(['a rings', 'a over'])
    await done('a')
    await pass(60_000)
    expect(sent).toEqual(['a rings', 'a over'])
    expect(results).toEqual(['dropped', 'delivered'])
  },
)

test('PUSH-9 what is too much pushes out the oldest', async () => {
  const { add, done, sent, results } = begin({ maxWaiting: 2, maxSending: 1 })
  for (const endpoint of ['a', 'b', 'c', 'd']) add(endpoint, '1')
  expect(results).toEqual(['dropped'])
  for (const endpoint of ['a', 'c', 'd']) await done(endpoint)
  expect(sent).toEqual(['a 1', 'c 1', 'd 1'])
})

test('PUSH-9 a stop sends what waits, and sends nothing again', async () => {
  const { queue, add, done, failed, sent, results } = begin({ maxSending: 1 })
  for (const endpoint of ['a', 'b', 'c']) add(endpoint, '1')
  await done('a', failed)
  const closed = queue.close(2000)
  await settle()
  await done('b')
  await done('c', failed)
  await done('a')
  await closed
  expect(sent).toEqual(['a 1', 'b 1', 'c 1', 'a 1'])
  expect(results.toSorted()).toEqual(['delivered', 'delivered', 'lost'])
})

test('PUSH-9 a stop ends after its time, whoever does not answer', async () => {
  const { queue, add, pass, results } = begin({ maxSending: 1 })
  for (const endpoint of ['a', 'b']) add(endpoint, '1')
  const closed = queue.close(2000)
  await pass(2000)
  await closed
  expect(results).toEqual(['lost', 'lost'])
})
