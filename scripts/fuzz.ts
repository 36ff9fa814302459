// npm run fuzz: hostile bytes for the decoder, then for the built daemon while two bystanders are in a call.
import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { fuzzDaemon, type Tally } from '../tests/fuzz/fuzz-daemon.ts'
import { fuzzDecoder } from '../tests/fuzz/input/fuzz-decoder.ts'
import { freshSeed } from '../tests/fuzz/input/random.ts'

const USAGE = `npm run fuzz -- [options]
  --seed N      what is sent is decided by it; by default a new one
  --frames N    frames to send to the daemon, and as many to the decoder (1000000)
  --inside N    how many of those for the daemon are sent inside valid sessions (a tenth)
  --seconds N   stop after so long, even if fewer were sent`

/** More than this of a fault is in a file only. */
const SHOWN_CHARACTERS = 4000

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    frames: { type: 'string', default: '1000000' },
    inside: { type: 'string' },
    seconds: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  console.log(USAGE)
} else {
  await fuzz()
}

async function fuzz(): Promise<void> {
  const seed = count(values.seed) ?? freshSeed()
  const frames = count(values.frames) ?? 0
  const inside = count(values.inside) ?? Math.floor(frames / 10)
  const seconds = count(values.seconds)
  const began = performance.now()
  const elapsed = () => `${((performance.now() - began) / 1000).toFixed(0)} s`
  console.log(`seed ${seed}`)
  try {
    const decoder = fuzzDecoder({
      seed,
      frames,
      progress: (done) => {
        console.log(`decoder: ${done} frames, ${elapsed()}`)
      },
      goesOn: () => seconds === undefined || performance.now() - began < seconds * 1000,
    })
    console.log(
      `decoder: ${decoder.frames} frames in ${decoder.streams} streams, ${decoder.requests} of them requests`,
    )
    const signal = seconds === undefined ? undefined : AbortSignal.timeout(seconds * 1000)
    const tally = await fuzzDaemon({
      seed,
      wanted: { outside: frames - inside, inside },
      progress: everySoOften((now) => {
        console.log(`daemon: ${describe(now)}, ${elapsed()}`)
      }),
      ...(signal && { signal }),
    })
    console.log(`daemon: ${describe(tally)}`)
    console.log(`nothing found, ${elapsed()}`)
  } catch (error) {
    const report = `seed ${seed}: ${String(error)}\n`
    const file = join(tmpdir(), `roomrtc-fuzz-${seed}.txt`)
    writeFileSync(file, report)
    console.error(report.slice(0, SHOWN_CHARACTERS))
    console.error(`The whole of it is in ${file}. The same again: npm run fuzz -- --seed ${seed}`)
    process.exitCode = 1
  }
}

function describe({ outside, inside, connections, relayed, longestGapMs, megabytes }: Tally): string {
  return [
    `${outside + inside} frames`,
    `${inside} of them inside sessions`,
    `${connections} connections`,
    `bystanders: ${relayed} candidates, the longest wait ${longestGapMs.toFixed(0)} ms`,
    `${megabytes} MB`,
  ].join(', ')
}

/** Passes on one call in ten. */
function everySoOften(tell: (tally: Tally) => void): (tally: Tally) => void {
  let calls = 0
  return (tally) => {
    if (calls++ % 10 === 0) tell(tally)
  }
}

function count(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const number = Number(text)
  if (!Number.isSafeInteger(number) || number < 0) throw new Error(`no number: ${text}\n${USAGE}`)
  return number
}
