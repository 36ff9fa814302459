import { expect, test } from 'vitest'
import { keysOfRoom } from '../../../src/infrastructure/janus/room-name.ts'

test('JANUS-9 each room has a secret and a PIN of its own, the same ones on every node, and of each server others', () => {
  const keys = (room: string, secret: string) => Object.values(keysOfRoom(room, secret))
  const all = [...keys('a', 'one'), ...keys('b', 'one'), ...keys('a', 'two')]
  expect(new Set(all).size).toBe(6)
  expect(keys('a', 'one')).toEqual(all.slice(0, 2))
  expect(all.every((key) => /^[\w-]{43}$/.test(key))).toBe(true)
})
