import { expect, test } from 'vitest'
import { levelOf } from '../../../web/src/engine/level-meter.ts'
import { serverUrl, webSocketUrl } from '../../../web/src/settings.ts'

test.each([
  ['http://127.0.0.1:8081/app/', '/ws', 'ws://127.0.0.1:8081/ws'],
  ['https://calls.example.org/app/', '/ws', 'wss://calls.example.org/ws'],
  ['https://example.org/calls/app/', '/socket/here', 'wss://example.org/calls/socket/here'],
])('PAGE-7 at %s the WebSocket %s is %s', (page, webSocketPath, expected) => {
  expect(webSocketUrl(serverUrl(page), { webSocketPath })).toBe(expected)
})

test('PAGE-15 the bar follows what one hears: by decibels, between silence and full', () => {
  const tone = (loudness: number) =>
    Float32Array.from({ length: 480 }, (_, i) => loudness * Math.sin((i / 48) * 2 * Math.PI))
  expect(levelOf(new Float32Array(480))).toBe(0)
  const levels = [0.0001, 0.01, 0.1, 1].map((loudness) => levelOf(tone(loudness)))
  expect(levels[0]).toBe(0)
  expect(levels.toSorted()).toEqual(levels)
  expect(levels[3]).toBeGreaterThan(0.9)
})
