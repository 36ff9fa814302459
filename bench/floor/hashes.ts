// What a registration is compared with: nothing but its bcrypt hash, in threads like those of the daemon.
// Usage: node hashes.js warm-up count cost at-a-time; prints the CPU time of a hash, in µs, that of all threads.
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { Piscina } from 'piscina'
import { PASSWORD } from '../shared/users.ts'

const [warmUp = 0, count = 0, cost = 0, atATime = 0] = process.argv.slice(2).map(Number)

// As many threads as the daemon has by default.
const threads = Math.min(8, Math.max(1, availableParallelism() - 1))
const pool: Piscina = new Piscina({
  filename: fileURLToPath(new URL('./hash-worker.js', import.meta.url)),
  name: 'hash',
  minThreads: threads,
  maxThreads: threads,
  recordTiming: false,
})

async function hash(total: number): Promise<void> {
  let begun = 0
  const one = async () => {
    while (begun++ < total) await pool.run({ secret: PASSWORD, cost })
  }
  await Promise.all(Array.from({ length: atATime }, one))
}

await hash(warmUp)
const before = process.cpuUsage()
await hash(count)
const { user, system } = process.cpuUsage(before)
console.log((user + system) / count)
await pool.destroy()
