// npm run torture -- [rounds] [--seed n]: kill -9 of the built daemon at random moments, under registrations, as it
// starts and as it rewrites its file; after each the accounts are held against what was acknowledged.
import { parseArgs } from 'node:util'
import { createDice, randomSeed } from '../tests/support/dice.ts'
import { torture } from '../tests/support/torture/torture.ts'

const { values, positionals } = parseArgs({ options: { seed: { type: 'string' } }, allowPositionals: true })
const rounds = Number(positionals[0] ?? 200)
const seed = Number(values.seed ?? randomSeed())
if (!Number.isInteger(rounds) || rounds < 1 || !Number.isInteger(seed)) {
  console.error('usage: npm run torture -- [rounds] [--seed n]')
  process.exit(2)
}

// The seed chooses ways and delays; what the daemon is about after such a delay is the machine's to say.
console.log(`${rounds} rounds, seed ${seed}`)
const { acknowledged, lost, halfWritten, moments, kept } = await torture({
  rounds,
  dice: createDice(seed),
  report: (round, moment, so_far) => {
    console.log(`round ${round}: killed ${moment}; ${so_far} acknowledged so far`)
  },
})
console.log([...moments].map(([moment, count]) => `${count} killed ${moment}`).join(', '))
for (const name of lost) console.log(`lost: ${name}`)
for (const line of halfWritten) console.log(`half-written: ${line}`)
for (const directory of kept) console.log(`kept to be looked at: ${directory}`)
console.log(
  `${rounds} rounds, ${acknowledged} acknowledged, ${lost.length} lost, ${halfWritten.length} half-written`,
)
if (lost.length + halfWritten.length > 0) process.exitCode = 1
