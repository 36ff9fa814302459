import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { listenToLink } from '../../../clients/typescript/src/media/listen-to-link.ts'
import type { LinkState } from '../../../clients/typescript/src/media/media-state.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** What of a peer connection is listened to. It tells when the test says so, as that of @roamhq/wrtc may tell too early. */
class Link extends EventTarget {
  connectionState: LinkState = 'new'

  tell(): void {
    this.dispatchEvent(new Event('connectionstatechange'))
  }
}

function heardOf(link: Link) {
  const heard: LinkState[] = []
  const stop = listenToLink(link, (state) => heard.push(state))
  return { heard, stop }
}

test('MEDIA-6 a change is told at once, and once', () => {
  const link = new Link()
  const { heard, stop } = heardOf(link)
  link.connectionState = 'connecting'
  link.tell()
  link.tell()
  expect(heard).toEqual(['connecting'])
  stop()
})

test('MEDIA-6 a change whose event came too early is noticed within a second', () => {
  const link = new Link()
  const { heard, stop } = heardOf(link)
  link.tell()
  link.connectionState = 'disconnected'
  expect(heard).toEqual([])
  vi.advanceTimersByTime(1000)
  expect(heard).toEqual(['disconnected'])
  stop()
})

test('MEDIA-6 who has stopped listening is told nothing, and no timer stays', () => {
  const link = new Link()
  const { heard, stop } = heardOf(link)
  stop()
  link.connectionState = 'failed'
  link.tell()
  vi.advanceTimersByTime(5000)
  expect(heard).toEqual([])
  expect(vi.getTimerCount()).toBe(0)
})
