import { expect, test } from 'vitest'
import { faultOfWaits } from '../../../src/cli/conformance/client/back-off.ts'
import type { Outcome } from '../../../src/cli/conformance/report/outcome.ts'
import { count, sumUp } from '../../../src/cli/conformance/report/sum-up.ts'
import { Cast } from '../../../src/cli/conformance/server/cast.ts'

const passed: Outcome = { verdict: 'passed' }
const skipped: Outcome = { verdict: 'skipped', why: 'no such capability' }
const failed: Outcome = { verdict: 'failed', step: 1, doing: 'd', expected: 'e', got: 'g' }

test('KIT-4 one failure fails a behaviour, one success outweighs what was skipped; CALL-9 comes before CALL-10', () => {
  const about = (id: string, ...outcomes: readonly Outcome[]) =>
    outcomes.map((outcome) => ({ id, scenario: 's', title: 't', outcome }))
  const reports = sumUp([
    ...about('CALL-10', passed, failed, skipped),
    ...about('CALL-9', skipped, passed),
    ...about('AUTH-1', skipped),
  ])
  expect(reports.map(({ id, verdict }) => `${id} ${verdict}`)).toEqual([
    'AUTH-1 skipped',
    'CALL-9 passed',
    'CALL-10 failed',
  ])
  expect(count(reports, 'failed')).toBe(1)
})

test.each([
  [[100, 270, 410], undefined],
  [[300, 200, 100], 'waits that do not grow: 300 ms, 200 ms, 100 ms'],
  [[100, 200, 401], 'waits in which chance has no part: 100 ms, 200 ms, 401 ms'],
])('KIT-4 CLIENT-27 waits of %j ms: %s', (waits, fault) => {
  expect(faultOfWaits(waits)).toBe(fault)
})

test('KIT-1 a cast knows its own users, and no account of another', () => {
  const [ours, others] = [new Cast(), new Cast()]
  ours.hasAccount(ours.nameOf('alice'), '1')
  ours.hasAccount(others.nameOf('bob'), '2')
  expect([ours.idOf('alice'), ours.idOf('bob')]).toEqual(['1', undefined])
  expect(ours.isOurs(others.nameOf('alice'))).toBe(false)
})
