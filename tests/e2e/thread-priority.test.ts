import { rm } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { createPasswordHasher } from '../../src/infrastructure/passwords/password-hasher.ts'
import { lowerThreadPriority } from '../../src/infrastructure/passwords/thread-priority.ts'
import { systemClock } from '../../src/infrastructure/system/system-clock.ts'
import { endsAfterEach } from '../support/ends.ts'
import { connectRaw, logIn } from '../support/wire/raw-client.ts'
import { spawnDaemon } from '../support/programs/spawned-daemon.ts'
import { niceOfThreads } from '../support/programs/threads.ts'

const ends = endsAfterEach()

/** The threads that give way to the main one, and those that are its equals. */
function ranks(pid: number): { readonly lower: number; readonly main: number | undefined } {
  const nice = niceOfThreads(pid)
  const main = nice.get(pid)
  return { lower: [...nice.values()].filter((value) => value > (main ?? 0)).length, main }
}

// The numbers are those of Linux; elsewhere nothing is done.
describe.skipIf(process.platform !== 'linux')('threads that hash', () => {
  test('PW-23 in the built daemon each of them gives way to the event loop, which stays what it was', async () => {
    const daemon = await spawnDaemon({ config: { security: { bcrypt_cost: 4, hash_threads: 2 } } })
    ends.push(async () => {
      await daemon.stop()
      await rm(daemon.cwd, { recursive: true })
    })
    const client = await connectRaw(daemon.port)
    await logIn(client, 'alice')
    const { pid = 0 } = daemon.child
    // The second thread may still be starting.
    await expect.poll(() => ranks(pid).lower, { timeout: 15_000 }).toBe(2)
    expect(ranks(pid).main).toBe(ranks(process.pid).main)
    await client.close()
  })

  test('PW-23 so it is from source, and the thread that asks is never lowered', async () => {
    const before = ranks(process.pid)
    const hasher = createPasswordHasher({ cost: 4, threads: 1, maxPending: 1, clock: systemClock })
    ends.push(() => hasher.close())
    expect((await hasher.hash('pw', { address: '192.0.2.1' })).ok).toBe(true)
    lowerThreadPriority()
    expect(ranks(process.pid)).toEqual({ lower: before.lower + 1, main: before.main })
  })
})
