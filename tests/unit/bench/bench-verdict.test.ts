import { expect, test } from 'vitest'
import { createBench } from '../../../bench/harness/bench.ts'
import { measure } from '../../../bench/harness/measure.ts'
import { conclude } from '../../../bench/harness/verdicts/conclusion.ts'
import type { Mark, Row } from '../../../bench/harness/row.ts'
import { table } from '../../../bench/harness/verdicts/table.ts'
import { judge } from '../../../bench/harness/verdicts/verdict.ts'

function row(mark: Mark | undefined): Row {
  const figures = { cpu: { what: 'CPU', unit: 'µs', against: 'floor', mark } }
  return { name: 'a-row', what: 'A row', figures, run: () => Promise.resolve([]) }
}

const rounds = [
  { cpu: { daemon: 2, base: 1 } },
  { cpu: { daemon: 9, base: 3 } },
  { cpu: { daemon: 40, base: 10 } },
]

test('BENCH-3 the ratio is the median of the ratios, with its spread, not the ratio of the medians', () => {
  const [verdict] = judge(row({ atMost: 3 }), [...rounds, { cpu: { daemon: 1, base: 1 } }])
  expect(verdict).toMatchObject({ ratio: { median: 2.5, min: 1, max: 4 }, daemon: 5.5, base: 2, met: true })
})

test.each([
  [{ atMost: 3 }, true],
  [{ atMost: 2.9 }, false],
  [{ atLeast: 3 }, true],
  [{ atLeast: 3.1 }, false],
])('BENCH-3 a median of 3 judged by %j', (mark, met) => {
  expect(judge(row(mark), rounds)[0]?.met).toBe(met)
})

test.each([{ atMost: 3 }, { atLeast: 0 }])('BENCH-3 what is no number does not reach %j', (mark) => {
  expect(judge(row(mark), [{ cpu: { daemon: 1, base: NaN } }])[0]?.met).toBe(false)
  expect(judge(row(mark), [])[0]?.met).toBe(false)
})

test('BENCH-3 a missed mark is named and shown, and the exit code says so', () => {
  const good = judge(row({ atMost: 3 }), rounds)
  const bad = judge(row({ atMost: 1.15 }), rounds)
  expect(conclude({ verdicts: good, notMeasured: [], skipped: [] })).toEqual({ lines: [], exitCode: 0 })
  expect(conclude({ verdicts: [...good, ...bad], notMeasured: [], skipped: [] })).toEqual({
    lines: ['a-row misses its mark: CPU 3, to be ≤ 1.15'],
    exitCode: 1,
  })
  expect(conclude({ verdicts: bad, notMeasured: ['another'], skipped: [] }).exitCode).toBe(2)
  expect(conclude({ verdicts: good, notMeasured: ['another'], skipped: [] })).toEqual({
    lines: ['another could not be measured'],
    exitCode: 2,
  })
  expect(table([...good, ...bad]).match(/met|MISSED/g)).toEqual(['met', 'MISSED'])
})

test('BENCH-3 a figure without a mark is shown, and is neither met nor missed', () => {
  const shown = judge(row(undefined), rounds)
  expect(conclude({ verdicts: shown, notMeasured: [], skipped: [] })).toEqual({ lines: [], exitCode: 0 })
  expect(table(shown)).toContain('a-row')
  expect(table(shown)).not.toMatch(/met|MISSED/)
})

test('BENCH-10 a row for which the machine lacks something is left out and named, and that is no failure', async () => {
  const lacking: Row = { ...row({ atMost: 3 }), lacks: () => 'there is no compiler' }
  const measured = await measure([lacking], createBench('smoke'))
  expect(measured).toMatchObject({ verdicts: [], notMeasured: [] })
  expect(conclude(measured)).toEqual({
    lines: ['a-row was not measured: there is no compiler'],
    exitCode: 0,
  })
})
