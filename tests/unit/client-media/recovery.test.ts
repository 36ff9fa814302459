import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type MediaState, nextState } from '../../../clients/typescript/src/media/media-state.ts'
import { Recovery } from '../../../clients/typescript/src/media/recovery/recovery.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** A recovery whose restarts are written down, in milliseconds since its beginning. */
function watched({ polite = false } = {}) {
  const begun = Date.now()
  const restarts: number[] = []
  const recovery = new Recovery({
    polite,
    restart: () => {
      restarts.push(Date.now() - begun)
    },
  })
  recovery.canOffer(true)
  recovery.link('connected')
  return { recovery, restarts, after: (ms: number) => vi.advanceTimersByTime(ms) }
}

describe('a link that', () => {
  test('MEDIA-7 is disconnected for 4 s is restarted, then after 5, 10, 20 and every 30 s', () => {
    const { recovery, restarts, after } = watched()
    recovery.link('disconnected')
    after(100_000)
    expect(restarts).toEqual([4000, 9000, 19_000, 39_000, 69_000, 99_000])
    recovery.link('connected')
    after(100_000)
    expect(restarts).toHaveLength(6)
  })

  test('MEDIA-7 comes back by itself is left alone', () => {
    const { recovery, restarts, after } = watched()
    recovery.link('disconnected')
    after(3900)
    recovery.link('connected')
    after(60_000)
    expect(restarts).toEqual([])
  })

  test('MEDIA-7 has failed is restarted at once, and 2 s later by the callee', () => {
    const [caller, callee] = [watched(), watched({ polite: true })]
    caller.after(1000)
    for (const { recovery } of [caller, callee]) recovery.link('failed')
    caller.after(2500)
    expect([caller.restarts, callee.restarts]).toEqual([[1000], [3000]])
  })

  test('MEDIA-7 never came about is restarted after 15 s', () => {
    const { recovery, restarts, after } = watched()
    recovery.link('new')
    recovery.link('connecting')
    after(15_000)
    expect(restarts).toEqual([15_000])
  })

  test('MEDIA-7 is ill when the connection to the server comes back is restarted half a second later', () => {
    const { recovery, restarts, after } = watched()
    recovery.link('disconnected')
    after(1000)
    recovery.resumed()
    after(600)
    expect(restarts).toEqual([1500])
    // The network changes again, in the middle of the waiting for the next try.
    recovery.resumed()
    after(600)
    expect(restarts).toEqual([1500, 2100])
  })

  test('MEDIA-7 becomes ill within 10 s after that is restarted half a second later', () => {
    const { recovery, restarts, after } = watched()
    recovery.resumed()
    after(6000)
    recovery.link('disconnected')
    after(1000)
    expect(restarts).toEqual([6500])
  })

  test('MEDIA-7 is ill while the peer cannot be told waits, and is restarted half a second after it can', () => {
    const { recovery, restarts, after } = watched()
    recovery.canOffer(false)
    recovery.link('failed')
    after(60_000)
    expect(restarts).toEqual([])
    recovery.canOffer(true)
    after(600)
    expect(restarts).toEqual([60_500])
  })

  test('MEDIA-7 the peer has restarted is given time as after an own restart', () => {
    const { recovery, restarts, after } = watched({ polite: true })
    recovery.link('disconnected')
    after(5000)
    recovery.link('connecting')
    after(4000)
    expect(restarts).toEqual([])
    after(4000)
    expect(restarts).toEqual([12_000])
  })

  test('MEDIA-17 is given up leaves no timer', () => {
    const { recovery } = watched()
    recovery.link('disconnected')
    expect(vi.getTimerCount()).toBe(1)
    recovery.close()
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('the state of the media', () => {
  const WAITING: MediaState = { name: 'waiting' }
  const link = (name: 'new' | 'connecting' | 'connected' | 'disconnected' | 'failed' | 'closed') =>
    ({ name: 'link', link: name, at: 7 }) as const

  test('MEDIA-6 is waiting, connecting, connected, interrupted since then, connected, closed', () => {
    const steps = [
      { name: 'started' } as const,
      link('connecting'),
      link('connected'),
      link('disconnected'),
      { ...link('failed'), at: 9 },
      link('connecting'),
      link('connected'),
      { name: 'closed' } as const,
      link('connected'),
    ]
    let state: MediaState = { ...WAITING }
    const states = steps.map((step) => (state = nextState(state, step)))
    const interrupted = { name: 'interrupted', since: 7 }
    const closed = { name: 'closed' }
    expect(states).toEqual([
      { name: 'connecting' },
      { name: 'connecting' },
      { name: 'connected' },
      interrupted,
      interrupted,
      interrupted,
      { name: 'connected' },
      closed,
      closed,
    ])
  })

  test('MEDIA-6 is the same object while nothing changes', () => {
    const connected = nextState(nextState(WAITING, { name: 'started' }), link('connected'))
    expect(nextState(connected, link('connected'))).toBe(connected)
    expect(nextState(connected, link('connecting'))).toBe(connected)
  })
})
