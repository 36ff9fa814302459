import { expect, test } from 'vitest'
import { Tally } from '../../../src/transport/admission/tally.ts'
import { createSpyLog } from '../../support/house/spy-log.ts'

function start() {
  const { log, lines } = createSpyLog()
  let now = 5_000_000
  const tally = new Tally('things', { log, clock: { monotonicMs: () => now, wallMs: () => 0 } })
  const pass = (ms: number) => {
    now += ms
    tally.tick(now)
  }
  return { tally, lines, pass }
}

test('LOG-16 what is counted is logged once a minute, by kind, and nothing where nothing was', () => {
  const { tally, lines, pass } = start()
  pass(600_000)
  expect(lines).toEqual([])
  tally.count('a')
  tally.count('b')
  pass(59_999)
  tally.count('a')
  expect(lines).toEqual([])
  pass(1)
  expect(lines).toEqual([{ message: 'things', count: 3, by: { a: 2, b: 1 } }])
  pass(600_000)
  tally.sumUp()
  expect(lines).toHaveLength(1)
  tally.count('c')
  tally.sumUp()
  expect(lines[1]).toEqual({ message: 'things', count: 1, by: { c: 1 } })
})

test('LOG-16 kinds are bounded, and the sum stays true', () => {
  const { tally, lines } = start()
  for (let kind = 0; kind < 1000; kind++) tally.count(`kind ${kind}`)
  tally.count('kind 3')
  tally.sumUp()
  expect(lines).toMatchObject([{ count: 1001, by: { 'kind 3': 2, others: 984 } }])
  expect(JSON.stringify(lines[0]).match(/kind \d+/g)).toHaveLength(16)
})
