import fc from 'fast-check'

const WEIGHTS = [
  ['call', 10],
  ['answer', 10],
  ['hang up', 3],
  ['hold', 2],
  ['transfer', 2],
  ['signal', 12],
  ['acknowledge', 2],
  ['join', 4],
  ['leave', 2],
  ['cut', 4],
  ['break', 3],
  ['come back', 12],
  ['log in', 1],
  ['kill', 1],
  ['fence', 1],
  ['lose', 1],
  ['start', 2],
  ['pass', 1],
] as const

/** What somebody does, or what befalls a node. `steps`: how much the nodes do and hear of before the next one. */
export interface Deed {
  readonly do: (typeof WEIGHTS)[number][0]
  readonly who: number
  readonly whom: number
  readonly node: number
  readonly prefix: number
  readonly steps: number
  readonly reads: boolean
}

const what = fc.oneof(...WEIGHTS.map(([name, weight]) => ({ weight, arbitrary: fc.constant(name) })))
const who = fc.constantFrom(0, 1, 2, 3, 4, 5, 0, 1, 2)

const deed: fc.Arbitrary<Deed> = fc.record({
  do: what,
  who,
  whom: who,
  node: fc.nat({ max: 2 }),
  prefix: fc.nat({ max: 3 }),
  steps: fc.constantFrom(0, 1, 2, 4, 8, 16),
  reads: fc.boolean(),
})

export const schedule = fc.record({
  seed: fc.integer(),
  deeds: fc.array(deed, { minLength: 5, maxLength: 50, size: 'max' }),
})
