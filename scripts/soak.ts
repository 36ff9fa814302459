// npm run soak -- [minutes] [--seed n]: churn against a daemon, and what it holds at the end of each minute.
import { parseArgs } from 'node:util'
import { createDice, randomSeed } from '../tests/support/dice.ts'
import { differences, soak } from './soak/soak.ts'
import { risingTrend } from './soak/trend.ts'

const { values, positionals } = parseArgs({ options: { seed: { type: 'string' } }, allowPositionals: true })
const minutes = Number(positionals[0] ?? 10)
const seed = Number(values.seed ?? randomSeed())
if (!Number.isInteger(minutes) || minutes < 1 || !Number.isInteger(seed)) {
  console.error('usage: npm run soak -- [minutes] [--seed n]')
  process.exit(2)
}

const mebibytes = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(2)} MiB`

console.log(`${minutes} minutes, seed ${seed}`)
const { measurements, visits } = await soak({
  minutes,
  dice: createDice(seed),
  wearIn: 10_500,
  report(minute, { heapBytes, externalBytes, rssBytes, handles, timers, descriptors, faults }, visited) {
    const memory = `heap ${mebibytes(heapBytes)}, external ${mebibytes(externalBytes)}, rss ${mebibytes(rssBytes)}`
    const held = `${handles.length} handles, ${timers} timers, ${descriptors ?? '?'} descriptors`
    console.log(`minute ${minute}: ${memory}; ${held}; ${visited} visits, ${faults} faults logged`)
  },
})
const [start] = measurements
const end = measurements.at(-1)
if (start === undefined || end === undefined) throw new Error('nothing was measured')

const held = differences(start, end)
const trend = risingTrend(measurements.map(({ heapBytes }) => heapBytes))
for (const difference of held) console.log(`not as at the start: ${difference}`)
if (trend !== undefined) console.log(`the heap rises from ${mebibytes(trend.from)} to ${mebibytes(trend.to)}`)
if (end.faults > 0) console.log(`the daemon has logged ${end.faults} faults`)
const handles = held.length === 0 ? 'are back to the start value' : 'are NOT back to the start value'
const heap = trend === undefined ? 'shows no upward trend' : 'shows an UPWARD TREND'
console.log(`${minutes} minutes, ${visits} visits: handles and timers ${handles}, heap after GC ${heap}`)
if (held.length > 0 || trend !== undefined || end.faults > 0) process.exitCode = 1
