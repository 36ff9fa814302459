import type { Client } from 'roomrtc-client'
import { roomsOf } from 'roomrtc-client/rooms'
import { watchOf } from 'roomrtc-client/watch'
import { expect, it } from 'vitest'
import { holdLine } from '../../../scripts/support/held-line.ts'
import { enter } from '../../support/client/enter.ts'
import { endsAfterEach } from '../../support/ends.ts'
import { startTestDaemon } from '../../support/house/running-daemon.ts'

const ends = endsAfterEach()

const idOf = ({ me }: Client) => me?.id ?? ''

it('PKG-73 PKG-74 PKG-75 PKG-76 WATCH-1 WATCH-6 of a server it is told what it shows, over losses, and of nobody else', async () => {
  const daemon = await startTestDaemon()
  ends.push(() => daemon.stop())
  const url = `tcp://127.0.0.1:${daemon.port}`
  const line = holdLine()
  const alice = await enter(ends, url, 'alice', { surroundings: line.surroundings })
  const [bob, carol, dan] = [
    await enter(ends, url, 'bob'),
    await enter(ends, url, 'carol'),
    await enter(ends, url, 'dan'),
  ]
  await expect.poll(() => alice.users.size).toBe(4)
  const told: string[] = []
  alice.users.on('change', (users) => {
    for (const { username, state } of users) told.push(`${username} ${state}`)
  })
  const watch = watchOf(alice)
  const view = watch.view()
  view.set({ users: [idOf(bob)], rooms: ['voice'] })
  await expect.poll(() => watch.room('voice')).toMatchObject({ members: 0 })

  await dan.logout()
  await roomsOf(bob).join('voice')
  await expect.poll(() => watch.room('voice')).toMatchObject({ members: 1 })
  await alice.roundTrip()
  expect(told).toEqual(['bob Busy'])

  line.goOffline()
  await carol.logout()
  await bob.logout()
  line.comeBack()
  await expect.poll(() => watch.room('voice')).toMatchObject({ members: 0 })
  expect(told).toEqual(['bob Busy', 'bob Disconnected'])

  view.close()
  // What the list says of those whom it did not watch.
  await expect.poll(() => told.slice(2).toSorted()).toEqual(['carol Disconnected', 'dan Disconnected'])
  await dan.login({ username: 'dan', password: 'secret' })
  await expect.poll(() => told.slice(4)).toEqual(['dan Available'])
})
