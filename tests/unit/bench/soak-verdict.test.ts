import { describe, expect, test } from 'vitest'
import { differences } from '../../../scripts/soak/soak.ts'
import { risingTrend } from '../../../scripts/soak/trend.ts'

const MIB = 1024 * 1024

/** Eleven minutes, of which each adds so much, and which go up and down by some. */
function heap(perMinute: number): number[] {
  return Array.from({ length: 11 }, (_, minute) => 16 * MIB + minute * perMinute + (minute % 3) * 100_000)
}

describe('the verdict of a soak', () => {
  test('ATTACK-13 a heap that goes up and down shows no trend, one that grows by a percent a minute does', () => {
    expect(risingTrend(heap(0))).toBeUndefined()
    expect(risingTrend(heap(-100_000))).toBeUndefined()
    expect(risingTrend(heap(0.01 * 16 * MIB))).toMatchObject({ from: expect.any(Number) })
    // What fills up in the first minutes, and then stays, is none.
    expect(risingTrend([12 * MIB, 14 * MIB, ...heap(0).slice(2)])).toBeUndefined()
  })

  test('ATTACK-13 a socket or a timer too many is named', () => {
    const start = {
      ...{ heapBytes: 1, externalBytes: 1, rssBytes: 1, faults: 0 },
      handles: ['TCPServerWrap'],
      timers: 1,
      descriptors: 20,
    }
    expect(differences(start, start)).toEqual([])
    expect(
      differences(start, {
        ...start,
        handles: ['TCPServerWrap', 'TCPSocketWrap'],
        timers: 2,
        descriptors: 21,
      }),
    ).toEqual([
      'TCPSocketWrap: 0 at the start, 1 at the end',
      'timers: 1 at the start, 2 at the end',
      'descriptors: 20 at the start, 21 at the end',
    ])
  })
})
