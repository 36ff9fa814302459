import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SortedNames } from '../../../src/infrastructure/names/sorted-names.ts'

const letters = fc.constantFrom('a', 'b', 'c', 'é', '\u{20000}', '\uFB00')
const name = fc.string({ unit: letters, minLength: 1, maxLength: 8 })
const range = fc.record({
  after: fc.option(name, { nil: undefined }),
  prefix: fc.option(fc.string({ unit: letters, maxLength: 3 }), { nil: undefined }),
})
const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b))

test('PRES-6 sorted names give what a sorted list gives, however they came there', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(name, { maxLength: 2000, size: 'max' }),
      fc.array(fc.record({ add: fc.boolean(), name }), { maxLength: 1500, size: 'max' }),
      fc.array(range, { minLength: 1, maxLength: 20 }),
      (atFirst, changes, ranges) => {
        const sorted = new SortedNames(atFirst)
        const twin = new Set(atFirst)
        for (const { add, name: one } of changes) {
          if (add) sorted.add(one)
          else sorted.delete(one)
          if (add) twin.add(one)
          else twin.delete(one)
        }
        for (const { after, prefix } of ranges) {
          const wanted = [...twin]
            .filter((one) => one.startsWith(prefix ?? ''))
            .filter((one) => after === undefined || byBytes(one, after) > 0)
            .toSorted(byBytes)
          expect([...sorted.in({ after, prefix })]).toEqual(wanted)
        }
      },
    ),
    { numRuns: 50 },
  )
})

test('PRES-6 sorted names can all be taken away, in any order', () => {
  const all = Array.from({ length: 3000 }, (_, i) => `name-${(i * 7919) % 3000}`)
  const sorted = new SortedNames()
  for (const one of all) sorted.add(one)
  expect([...sorted.in({})]).toEqual(all.toSorted())
  for (const one of all.toSorted((a, b) => a.length - b.length)) sorted.delete(one)
  expect([...sorted.in({})]).toEqual([])
  sorted.add('again')
  expect([...sorted.in({ prefix: 'a' })]).toEqual(['again'])
})
