import { expect, test } from 'vitest'
import { fuzzDaemon } from '../../fuzz/fuzz-daemon.ts'
import { freshSeed } from '../../fuzz/input/random.ts'
import { T } from '../../support/wire/wire.ts'

test('ATTACK-3 ATTACK-4 hostile frames from outside and from inside sessions: all are dealt with, the daemon is well, and a call of two bystanders goes on', async () => {
  const seed = freshSeed()
  console.log(`fuzz seed ${seed}: npm run fuzz -- --seed ${seed}`)
  const tally = await fuzzDaemon({ seed, wanted: { outside: 2000, inside: 2000 } })
  // It is no proof unless the attackers got far: to calls of their own, to each other, and back into lost sessions.
  const far = [
    T.CALL_ACCEPTED,
    T.ICE_CANDIDATE,
    T.HANGUP,
    T.RESUMED,
    T.ICE_SERVERS,
    T.PASSWORD_CHANGED,
    T.ERROR,
  ]
  expect(far.filter((type) => !tally.got.has(type))).toEqual([])
  expect(tally.relayed).toBeGreaterThan(0)
}, 120_000)
