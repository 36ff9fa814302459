import fc from 'fast-check'
import { writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { inSlices } from '../../../src/infrastructure/names/in-slices.ts'
import { sortNamesInSteps } from '../../../src/infrastructure/names/sort-names.ts'
import { account, line, newPlace } from '../users-file/rig.ts'

const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b))
const never = new AbortController().signal

function sortedInSteps(names: readonly string[]): string[] {
  const steps = sortNamesInSteps(names)
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

test('PRES-6 names sorted step by step are in the same order as at one go', () => {
  const letters = fc.constantFrom('a', 'b', 'é', '\u{20000}', '\uFB00')
  const stems = fc.uniqueArray(fc.string({ unit: letters, maxLength: 6 }), { minLength: 1, maxLength: 30 })
  fc.assert(
    fc.property(stems, fc.nat(400), (stems, each) => {
      const names = Array.from({ length: each }, (_, i) => stems.map((stem) => `${stem}-${i * 7919}`)).flat()
      expect(sortedInSteps(names)).toEqual(names.toSorted(byBytes))
    }),
    { numRuns: 30 },
  )
})

test('PRES-6 accounts registered while the names are still being sorted are in the list, in order', async () => {
  const place = await newPlace()
  const usernames = Array.from({ length: 30_000 }, (_, i) => `user${(i * 7919) % 30_000}`)
  await writeFile(place.path, usernames.map((username) => line(account(username))).join(''))
  const store = await place.open()
  const early = store.listByName({})
  expect((await store.insertIfAbsent(account('user12b'))).ok).toBe(true)
  const late = await store.listByName({})
  const wanted = [...usernames, 'user12b'].toSorted(byBytes)
  expect(Array.from(late, ({ username }) => username)).toEqual(wanted)
  expect(Array.from(await early, ({ username }) => username)).toEqual(wanted)
})

test('PRES-6 a store may be closed while its names are being sorted, and those who wait are answered', async () => {
  const place = await newPlace()
  const usernames = Array.from({ length: 30_000 }, (_, i) => `user${30_000 - i}`)
  await writeFile(place.path, usernames.map((username) => line(account(username))).join(''))
  const store = await place.open()
  const listed = store.listByName({ prefix: 'user2999' })
  await store.close()
  expect(Array.from(await listed, ({ username }) => username)).toEqual(
    usernames.filter((username) => username.startsWith('user2999')).toSorted(byBytes),
  )
})

test('PRES-6 work in slices lets others have their turn, and ends when it is given up', async () => {
  let others = 0
  const timer = setInterval(() => (others += 1), 1)
  function* untilOthersRan(): Generator<undefined, void> {
    while (others < 3) yield
  }
  await inSlices(untilOthersRan(), never)
  clearInterval(timer)
  expect(others).toBeGreaterThanOrEqual(3)

  const givenUp = new AbortController()
  const endless: Iterator<undefined, void> = { next: () => ({ done: false, value: undefined }) }
  const ended = inSlices(endless, givenUp.signal)
  givenUp.abort()
  await ended
})
