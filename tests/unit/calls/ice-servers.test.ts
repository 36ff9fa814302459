import { expect, test } from 'vitest'
import type { Clock } from '../../../src/application/ports/system/clock.ts'
import { configSchema } from '../../../src/config/schema.ts'
import { parseUserId, type UserId } from '../../../src/domain/ids.ts'
import { createIceServers } from '../../../src/infrastructure/ice/ice-servers.ts'

const clockAt = (wallMs: number): Clock => ({ wallMs: () => wallMs, monotonicMs: () => 0 })
const NOW = clockAt(1_700_000_000_999)

function user(text: string): UserId {
  const id = parseUserId(text)
  if (id === undefined) throw new Error(`${text} is no user id`)
  return id
}

const ALICE = user('7d1c2f7e-0f3b-4b0a-9a53-0f6f5e6d1a11')
const NOTHING = { stunUrls: [], turnServers: [], ttlSecs: 3600, clock: NOW }

test('ICE-4 all STUN servers are one RTCIceServer, each TURN server is one of its own', () => {
  const iceServers = createIceServers({
    ...NOTHING,
    stunUrls: ['stun:a', 'stuns:b:5349'],
    turnServers: [
      { url: 'turn:c', username: 'u', credential: 'p' },
      { url: 'turns:d?transport=tcp', username: 'v', credential: 'q' },
    ],
  })
  expect(iceServers.issue(ALICE)).toEqual({
    servers: [
      { urls: ['stun:a', 'stuns:b:5349'] },
      { urls: ['turn:c'], username: 'u', credential: 'p' },
      { urls: ['turns:d?transport=tcp'], username: 'v', credential: 'q' },
    ],
  })
})

test('ICE-4 where nothing is configured there is nothing to hand out', () => {
  expect(createIceServers(NOTHING).issue(ALICE)).toEqual({ servers: [] })
})

test('ICE-4 what the configuration says goes in as it comes out of the check', () => {
  const { webrtc } = configSchema.parse({ webrtc: { turn_servers: [{ url: 'turn:c', secret: 'north' }] } })
  const iceServers = createIceServers({
    stunUrls: webrtc.stun_servers,
    turnServers: webrtc.turn_servers,
    ttlSecs: webrtc.turn_ttl_secs,
    clock: NOW,
  })
  expect(iceServers.issue(ALICE)).toMatchObject({
    servers: [{ urls: ['stun:stun.l.google.com:19302'] }, { urls: ['turn:c'] }],
    ttlSecs: 3600,
  })
})

// printf %s 1700003600:7d1c… | openssl dgst -sha1 -hmac north -binary | base64
test('ICE-5 a TURN server with a secret gets credentials as coturn computes them, good for the time said', () => {
  const iceServers = createIceServers({ ...NOTHING, turnServers: [{ url: 'turn:c:3478', secret: 'north' }] })
  expect(iceServers.issue(ALICE)).toEqual({
    servers: [
      {
        urls: ['turn:c:3478'],
        username: '1700003600:7d1c2f7e-0f3b-4b0a-9a53-0f6f5e6d1a11',
        credential: '4AmlNZnrr8sA79khAZhxGQJwI+A=',
      },
    ],
    ttlSecs: 3600,
  })
})

test('ICE-5 each issue counts from its own instant and is in the name of its own user', () => {
  let wallMs = 1_700_000_000_000
  const iceServers = createIceServers({
    ...NOTHING,
    turnServers: [{ url: 'turn:c', secret: 'north' }],
    ttlSecs: 60,
    clock: { wallMs: () => wallMs, monotonicMs: () => 0 },
  })
  const first = iceServers.issue(user('a'))
  wallMs += 59_999
  const later = iceServers.issue(user('b'))
  expect(first).toMatchObject({ servers: [{ username: '1700000060:a' }], ttlSecs: 60 })
  expect(later).toMatchObject({ servers: [{ username: '1700000119:b' }], ttlSecs: 60 })
  expect(later.servers[0]?.credential).not.toBe(first.servers[0]?.credential)
})

test('ICE-5 next to a TURN server with a secret the others are handed out untouched', () => {
  const iceServers = createIceServers({
    ...NOTHING,
    turnServers: [
      { url: 'turn:c', username: 'u', credential: 'p' },
      { url: 'turn:d', secret: 'north' },
    ],
  })
  const { servers, ttlSecs } = iceServers.issue(ALICE)
  expect(servers[0]).toEqual({ urls: ['turn:c'], username: 'u', credential: 'p' })
  expect(servers[1]).toMatchObject({ urls: ['turn:d'], username: `1700003600:${ALICE}` })
  expect(JSON.stringify(servers)).not.toContain('north')
  expect(ttlSecs).toBe(3600)
})
