import { createServer } from 'node:http'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { ok } from '../../../src/domain/result.ts'
import { randomIds } from '../../../src/infrastructure/system/random-ids.ts'
import { isPublic, lookUpPublic } from '../../../src/infrastructure/web-push/public-addresses.ts'
import { endsAfterEach } from '../../support/ends.ts'
import { createHousePush } from '../../support/house/house-push.ts'
import { createSpyLog } from '../../support/house/spy-log.ts'
import { makeDevice, topicOf } from '../../support/push/device.ts'
import { startPushService, verifyVapid } from '../../support/push/push-service.ts'

const ends = endsAfterEach()
const alice = { id: randomIds.user(), username: 'alice' }
const bob = randomIds.user()
const call = randomIds.call()

async function begin(options: Parameters<typeof createHousePush>[0] = {}) {
  const rig = await startPushService(ends, { tls: true })
  const spy = createSpyLog()
  const push = createHousePush({ allowedHosts: [rig.host], ca: rig.ca, log: spy.log, ...options })
  ends.push(() => push.service.close())
  const subscribe = async (name: string) => {
    const { endpoint, keys } = rig.subscribe(name)
    await push.subscriptions.add(bob, { endpoint, ...keys }, 1)
  }
  const results = () => Object.fromEntries([...push.service.results()].filter(([, count]) => count > 0))
  return { ...push, rig, subscribe, results, lines: spy.lines }
}

test('PUSH-7 PUSH-10 each device reads who calls, and the push service no more than for how long', async () => {
  const { service, rig, subscribe, results, lines } = await begin()
  await subscribe('phone')
  await subscribe('tablet')
  expect(await service.reaches(bob)).toBe(true)
  expect(await service.reaches(alice.id)).toBe(false)
  const before = Date.now()
  service.tell(bob, { kind: 'call', call, from: alice, forMs: 30_000 })
  await expect.poll(results).toEqual({ delivered: 2 })
  expect(rig.delivered.map(({ device }) => device).toSorted()).toEqual(['phone', 'tablet'])
  for (const { headers, told } of rig.delivered) {
    expect(told).toEqual({
      type: 'call',
      call_id: call,
      from_user_id: alice.id,
      from_username: 'alice',
      expires_at: expect.any(Number),
    })
    const expiresAt = Number(Reflect.get(Object(told), 'expires_at'))
    expect(expiresAt - before).toBeGreaterThan(29_000)
    expect(expiresAt - Date.now()).toBeLessThanOrEqual(30_000)
    expect(headers).toMatchObject({
      ttl: '30',
      urgency: 'high',
      topic: topicOf(call),
      'content-encoding': 'aes128gcm',
    })
    const claims = await verifyVapid(headers.authorization, service.publicKey)
    expect(claims).toMatchObject({ alg: 'ES256', sub: 'mailto:admin@example.org' })
    expect(claims.aud).toBe(`https://${String(headers.host)}`)
  }
  expect(JSON.stringify(lines)).not.toMatch(/phone|tablet/)
})

test('PUSH-7 PUSH-8 what is over and what was written is kept for a day, of each call and conversation the last', async () => {
  const { service, rig, subscribe } = await begin()
  await subscribe('phone')
  service.tell(bob, { kind: 'call-over', call, from: alice, outcome: 'missed' })
  const message = randomIds.message(1).id
  const conversation = `${alice.id}|${bob}`
  const news = { kind: 'message', message, conversation, from: alice, text: 'between us' } as const
  service.tell(bob, news)
  await expect.poll(() => rig.delivered.length).toBe(2)
  const from = { from_user_id: alice.id, from_username: 'alice' }
  expect(rig.delivered.map(({ told }) => told)).toEqual([
    { type: 'call_over', call_id: call, ...from, outcome: 'missed' },
    { type: 'message', message_id: message, conversation_id: conversation, ...from },
  ])
  expect(rig.delivered.map(({ headers: { ttl, urgency, topic } }) => [ttl, urgency, topic])).toEqual([
    ['86400', 'normal', topicOf(call)],
    ['86400', 'normal', topicOf(conversation)],
  ])
})

test('PUSH-8 PUSH-10 a text is told where the operator wants it, and no more of it than fits', async () => {
  const { service, rig, subscribe } = await begin({ includeText: true })
  await subscribe('phone')
  const text = '😀'.repeat(16_384 / 4)
  const message = randomIds.message(1).id
  service.tell(bob, { kind: 'message', message, conversation: 'c', from: alice, text })
  await expect.poll(() => rig.delivered.length).toBe(1)
  expect(rig.delivered[0]?.told).toMatchObject({ text: `${'😀'.repeat(300)}…` })
})

test('PUSH-4 a subscription that is over is forgotten', async () => {
  const { service, subscriptions, rig, subscribe, results } = await begin()
  await subscribe('old')
  rig.answer(410)
  service.tell(bob, { kind: 'call-over', call, from: alice, outcome: 'missed' })
  await expect.poll(results).toEqual({ gone: 1 })
  expect(await subscriptions.of(bob)).toEqual(ok([]))
})

test('PUSH-9 a push service that is too busy is asked again, and one that refuses is not', async () => {
  const { service, rig, subscribe, results, lines } = await begin()
  await subscribe('phone')
  rig.answer(429, 503)
  service.tell(bob, { kind: 'call', call, from: alice, forMs: 30_000 })
  await expect.poll(results).toEqual({ delivered: 1 })
  expect(rig.delivered).toHaveLength(3)
  rig.answer(403)
  service.tell(bob, { kind: 'call', call, from: alice, forMs: 30_000 })
  await expect.poll(results).toEqual({ delivered: 1, refused: 1 })
  expect(rig.delivered).toHaveLength(4)
  expect(lines).toMatchObject([{ status: 403, message: 'a push service refuses a push' }])
})

const { p256dh, auth } = makeDevice().keys

test.each([
  'https://fcm.googleapis.com/fcm/send/x',
  'https://fcm.googleapis.com:8443/fcm/send/x',
  'https://web.push.apple.com/x',
  'http://127.0.0.1:8080/x',
])('PUSH-3 %s is a push service that may be used', (endpoint) => {
  const allowedHosts = ['fcm.googleapis.com', '*.push.apple.com', '127.0.0.1']
  expect(createHousePush({ allowedHosts }).service.faultOf({ endpoint, p256dh, auth })).toBeUndefined()
})

test.each([
  ['no URL', 'push'],
  ['without TLS', 'http://fcm.googleapis.com/x'],
  ['another host', 'https://example.org/x'],
  ['the same ending', 'https://evilpush.apple.com.example.org/x'],
  ['an ending without a dot', 'https://xpush.apple.com/x'],
  ['the ending alone', 'https://push.apple.com/x'],
  ['another port', 'https://web.push.apple.com:22/x'],
  ['a user', 'https://u:p@fcm.googleapis.com/x'],
  ['a loopback address', 'https://127.0.0.1/x'],
])('PUSH-3 %s is none', (_what, endpoint) => {
  expect(createHousePush().service.faultOf({ endpoint, p256dh, auth })).toContain('"endpoint": expected')
})

test('PUSH-3 any public host may be used where the operator says so, and no private one', () => {
  const { service } = createHousePush({ allowedHosts: ['*'] })
  const faultOf = (endpoint: string) => service.faultOf({ endpoint, p256dh, auth })
  expect([faultOf('https://example.org/x'), faultOf('https://192.88.1.1/')]).toEqual([undefined, undefined])
  for (const host of ['10.1.2.3', '0x7f.1', '[::1]', '[::ffff:10.0.0.1]', '[fd00::1]', '169.254.169.254'])
    expect(faultOf(`https://${host}/x`)).toContain('"endpoint"')
})

test('PUSH-3 a key that is no point of the curve, and a secret of another length, are refused', () => {
  const { service } = createHousePush()
  const endpoint = 'https://fcm.googleapis.com/x'
  const faultOf = (keys: object) => service.faultOf({ endpoint, p256dh, auth, ...keys })
  expect(faultOf({ auth: 'AAAA' })).toContain('"auth": expected 16 bytes')
  expect(faultOf({ p256dh: `B${'A'.repeat(86)}` })).toContain('"p256dh": expected a public key')
  expect(faultOf({ p256dh: 'BA' })).toContain('"p256dh"')
})

test.each([
  ['127.0.0.1', false],
  ['10.0.0.1', false],
  ['172.31.255.255', false],
  ['192.168.1.1', false],
  ['100.64.0.1', false],
  ['169.254.169.254', false],
  ['224.0.0.1', false],
  ['255.255.255.255', false],
  ['8.8.8.8', true],
  ['172.32.0.1', true],
  ['::1', false],
  ['::', false],
  ['::ffff:127.0.0.1', false],
  ['64:ff9b::7f00:1', false],
  ['fe80::1', false],
  ['fd12::1', false],
  ['ff02::1', false],
  ['2002:7f00:1::', false],
  ['2001:0:1::', false],
  ['2a00:1450:4001::1', true],
  ['not an address', false],
])('PUSH-3 %s is public: %s', (address, expected) => {
  expect(isPublic(address)).toBe(expected)
})

test('PUSH-3 a name that leads into one’s own network is not followed', async () => {
  const here = createServer(() => {
    throw new Error('nobody comes here')
  })
  here.listen(0, '127.0.0.1')
  await once(here, 'listening')
  ends.push(() => here.close())
  const found = await new Promise((resolve) => {
    lookUpPublic('localhost', {}, (error, address) => {
      resolve(error?.message ?? address)
    })
  })
  expect(found).toBe('the name leads to no public address')
})
