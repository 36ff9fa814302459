import { expect, test } from 'vitest'
import type { UserId } from '../../../src/domain/ids.ts'
import { parseUserId } from '../../../src/domain/ids.ts'
import { Feeds, makeFeedId } from '../../../src/infrastructure/janus/place/feeds.ts'

function user(text: string): UserId {
  const id = parseUserId(text)
  if (id === undefined) throw new Error(`${text} is no id`)
  return id
}

const stream = (mid: number, type = 'video') => ({ type, mid: String(mid) })

test('JANUS-9 a stream is that of the user for whom the server made the name, whatever is in the id', () => {
  const feeds = new Feeds(user('me'))
  const [odd, own] = [makeFeedId(user('a#b#c')), makeFeedId(user('me'))]
  expect(makeFeedId(user('me'))).not.toBe(own)
  const publishers = [
    {
      id: odd,
      streams: [stream(0, 'audio'), stream(1), stream(2, 'data'), { ...stream(3), disabled: true }],
    },
    { id: own, streams: [stream(0)] },
    { id: 'nobody of ours', streams: [stream(0)] },
  ]
  expect(feeds.hear({ videoroom: 'event', publishers })).toBe(true)
  expect(feeds.wanted()).toEqual([
    { feed: odd, mid: '0', user: 'a#b#c', kind: 'audio' },
    { feed: odd, mid: '1', user: 'a#b#c', kind: 'video' },
  ])
  expect(feeds.hear({ videoroom: 'event', configured: 'ok' })).toBe(false)
  expect(feeds.hear({ videoroom: 'event', unpublished: odd })).toBe(true)
  expect(feeds.wanted()).toEqual([])
})

test('JANUS-8 at most 4 streams of a member are passed on, and 256 in all', () => {
  const feeds = new Feeds(user('me'))
  const streams = Array.from({ length: 50 }, (_, i) => stream(i))
  const publishers = Array.from({ length: 100 }, (_, i) => ({ id: makeFeedId(user(`user-${i}`)), streams }))
  feeds.hear({ publishers })
  expect(feeds.wanted().filter((each) => each.user === 'user-0')).toHaveLength(4)
  expect(feeds.wanted()).toHaveLength(256)
})
