import { expect, test } from 'vitest'
import { chaos } from '../support/client/chaos.ts'

const RUNS = 500

test('PKG-1 PKG-2 PKG-3 whatever befalls the connections of two who call each other, nothing is lost and nothing comes twice', async () => {
  expect(await chaos(RUNS)).toEqual([])
}, 600_000)
