import { expect, test } from 'vitest'
import { chooseServer } from '../../../src/infrastructure/janus/choose-server.ts'

const server = (url: string, seats = 0) => ({ url, seats })
const rooms = Array.from({ length: 300 }, (_, i) => `room-${i}`)

test('JANUS-6 one node chooses the server with the fewest members, and the first of equals', () => {
  const [a, b, c] = [server('a', 3), server('b', 1), server('c', 1)]
  expect(chooseServer([a, b, c], 'room', 'least-loaded')).toBe(b)
  expect(chooseServer([], 'room', 'least-loaded')).toBeUndefined()
})

test('JANUS-6 nodes choose the same server for a room, and only the rooms of one that goes move', () => {
  const [a, b, c] = [server('ws://a', 9), server('ws://b'), server('ws://c')]
  const before = rooms.map((room) => chooseServer([a, b, c], room, 'by-room')?.url)
  expect(rooms.map((room) => chooseServer([c, a, b], room, 'by-room')?.url)).toEqual(before)
  for (const { url } of [a, b, c]) expect(before.filter((each) => each === url).length).toBeGreaterThan(60)
  const without = rooms.map((room) => chooseServer([a, c], room, 'by-room')?.url)
  expect(without.filter((url, i) => url !== before[i])).toHaveLength(
    before.filter((url) => url === 'ws://b').length,
  )
})
