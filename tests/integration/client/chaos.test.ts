import { expect, test } from 'vitest'
import { chaos } from '../../support/client/chaos/chaos.ts'

/** For every day; tests/long has 500. */
const RUNS = 50
/** Of 200. */
const ROOMS = 10

test('PKG-1 PKG-2 PKG-3 whatever befalls the connections of two who call each other, nothing is lost and nothing comes twice', async () => {
  expect((await chaos('plain', RUNS)).wrong).toEqual([])
})

test('PKG-49 whatever befalls the connections of members who come and go, in the end all agree', async () => {
  expect((await chaos('rooms', ROOMS)).wrong).toEqual([])
})
