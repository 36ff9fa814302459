import { expect, test } from 'vitest'
import { chaos } from '../support/client/chaos/chaos.ts'

test.for([
  ['TCP and WebSocket', 'plain', 350],
  ['TLS and WebSocket', 'tls', 150],
] as const)(
  'PKG-1 PKG-2 PKG-3 whatever befalls the connections of two who call each other, nothing is lost and nothing comes twice: %s',
  { timeout: 600_000 },
  async ([, kind, runs]) => {
    expect((await chaos(kind, runs)).wrong).toEqual([])
  },
)

test('PKG-1 PKG-2 RESUME-13 the same while the daemon is killed again and again', async () => {
  const { wrong, crashes } = await chaos('crash', 100)
  expect(wrong).toEqual([])
  // When is up to the dice; where it does not happen, nothing is shown.
  if (process.env['CHAOS_RUNS'] === undefined) expect(crashes).toBeGreaterThan(1)
}, 600_000)

test('PKG-9 who in mid-call logs in a second time is in once: one goes on and calls, the other is told why not', async () => {
  expect((await chaos('elsewhere', 100)).wrong).toEqual([])
}, 600_000)

test('PKG-49 PKG-40 PKG-42 whatever befalls the connections of members who come and go, in the end all agree', async () => {
  expect((await chaos('rooms', 200)).wrong).toEqual([])
}, 600_000)

test('PKG-49 PKG-42 ROOM-9 the same while the daemon is killed again and again', async () => {
  const { wrong, crashes } = await chaos('rooms-crash', 50)
  expect(wrong).toEqual([])
  // When is up to the dice; where it does not happen, nothing is shown.
  if (process.env['CHAOS_RUNS'] === undefined) expect(crashes).toBeGreaterThan(1)
}, 600_000)
