import type { Missed } from 'roomrtc-client'
import { expect, it } from 'vitest'
import { holdLine } from '../../../scripts/support/held-line.ts'
import { enter } from '../../support/client/enter.ts'
import { endsAfterEach } from '../../support/ends.ts'
import { startTestDaemon } from '../../support/house/running-daemon.ts'

const ends = endsAfterEach()

it('PKG-27 RESUME-14 who was away is told who has called meanwhile, each call once', async () => {
  const daemon = await startTestDaemon()
  ends.push(() => daemon.stop())
  const line = holdLine()
  const url = `tcp://127.0.0.1:${daemon.port}`
  const alice = await enter(ends, url, 'alice', { surroundings: line.surroundings })
  const [bob, carol] = [await enter(ends, url, 'bob'), await enter(ends, url, 'carol')]
  const missed: Missed[] = []
  alice.on('missed', (call) => missed.push(call))
  const rung: unknown[] = []
  alice.on('call', (call) => rung.push(call))

  line.goOffline()
  const ids: unknown[] = []
  for (const caller of [bob, carol, bob]) {
    const call = caller.call(alice.me ?? '')
    await expect.poll(() => call.id).toBeDefined()
    ids.push(call.id)
    call.cancel()
  }
  await carol.roundTrip()
  await bob.roundTrip()
  line.comeBack()
  await expect.poll(() => missed.length).toBe(3)
  expect(missed).toEqual([bob, carol, bob].map(({ me }, i) => ({ id: ids[i], from: me, reason: 'hangup' })))
  // Another loss does not tell them again.
  line.cut()
  await alice.roundTrip()
  expect([missed.length, rung]).toEqual([3, []])
})
