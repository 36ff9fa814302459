import { expect, test } from 'vitest'
import { section } from '../../../bench/carry/section.ts'
import { taken } from '../../../bench/carry/postgres-cpu.ts'
import { machine } from '../../../bench/harness/machine/machine.ts'

test('BENCH-13 of what something costs it says how often half of a core carries it, of two nodes by the half of one', () => {
  const nothing = { nodes: 0, redis: 0, postgres: 0 }
  const lines = section(machine(), {
    relayAlone: { nodes: 5, redis: 0, postgres: 0 },
    relayAcross: { nodes: 40, redis: 10, postgres: 0 },
    call: { nodes: 2000, redis: 500, postgres: 1000 },
    login: nothing,
    registration: nothing,
    connectionKiB: 9,
  })
  expect(lines).toEqual(
    expect.arrayContaining([
      '| a signal at one node, without Redis | 5 µs |  |  | 100,000 |  |  |',
      '| a signal from one node to another | 40 µs | 10 µs |  | 25,000 | 50,000 |  |',
      '| a call between two nodes: placed, answered, ended | 2 ms | 500 µs | 1 ms | 500 | 1,000 | 500 |',
    ]),
  )
})

test('BENCH-13 a process that began while it was measured counts from its beginning, and one that ended does not', () => {
  expect(
    taken(
      new Map([
        [1, 100],
        [2, 50],
      ]),
      new Map([
        [1, 130],
        [3, 7],
      ]),
    ),
  ).toBe(37)
})
