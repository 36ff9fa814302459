import { describe, expect, test } from 'vitest'
import { endsAfterEach } from '../../support/ends.ts'
import { startHttpDaemon } from '../../support/house/http-daemon.ts'
import { startSocketIoDaemon, type Way } from '../../support/house/socket-io-daemon.ts'
import { SocketIoPerson } from '../../support/wire/socket-io-client.ts'
import { rawHttp } from '../../support/wire/raw-http.ts'
import { upgradeTo } from '../../support/wire/upgrade.ts'

const ends = endsAfterEach()

const WAYS: readonly Way[] = ['polling', 'websocket']
const OFFER = { type: 'offer', sdp: 'v=0' }

describe('connecting', () => {
  test('SIO-1 without the key there is nothing', async () => {
    const { base, httpPort } = await startHttpDaemon(ends)
    expect((await fetch(`${base}/socket.io/?EIO=4&transport=polling`)).status).toBe(404)
    const upgrade = rawHttp(httpPort, upgradeTo('/socket.io/?EIO=4&transport=websocket'))
    await upgrade.closed
    expect(upgrade.received()).toMatch(/^HTTP\/1\.1 404/)
  })

  test('SIO-1 begins by long polls and goes on by a WebSocket, in one namespace, and no script is served', async () => {
    const { base, open, guest } = await startSocketIoDaemon(ends)
    const tom = await guest('polling', 'tom')
    const mia = open('polling', { transports: ['polling', 'websocket'] })
    const upgraded = new Promise((resolve) => {
      mia.socket.io.once('open', () => mia.socket.io.engine.once('upgrade', resolve))
    })
    mia.say('register_user', { userId: 'mia' })
    await mia.next('user_registered')
    await upgraded
    mia.say('make_call', { to: 'tom', offer: OFFER })
    await tom.next('incoming_call')
    expect(mia.socket.io.engine.transport.name).toBe('websocket')
    const other = new SocketIoPerson(`${base}/admin`, { transports: ['websocket'] })
    ends.push(() => {
      other.close()
    })
    expect(await other.next('connect_error')).toMatchObject({ message: 'Invalid namespace' })
    for (const path of ['/socket.io/socket.io.js', '/socket.io', '/socket.io/../socket.io/x'])
      expect((await fetch(base + path)).status).toBe(404)
  })

  test.each(WAYS)('SIO-2 over %s a token says who it is, and a bad one lets nobody in', async (way) => {
    const { open, token } = await startSocketIoDaemon(ends)
    const ann = open(way, { auth: { token: await token('ann') } })
    expect(await ann.next('user_registered')).toEqual({ success: true, userId: 'ann' })
    ann.say('register_user', { userId: 'ann' })
    expect(await ann.next('user_registered')).toEqual({ success: true, userId: 'ann' })
    ann.say('register_user', { userId: 'eve' })
    expect(await ann.next('user_registered')).toMatchObject({ success: false, reason: 'already_logged_in' })
    const eve = open(way, { auth: { token: 'no.token.this' } })
    expect(await eve.next('connect_error')).toMatchObject({
      message: 'Invalid token',
      reason: 'invalid_token',
      error: 'Invalid token',
    })
    const odd = open(way, { auth: { token: { $ne: 1 } } })
    expect(await odd.next('connect_error')).toMatchObject({ reason: 'invalid_field' })
  })

  test('SIO-3 a guest has its name for itself, and comes back by its token', async () => {
    const { open, guest } = await startSocketIoDaemon(ends)
    const mia = open('websocket')
    mia.say('register_user', { userId: 'mia' })
    const { token } = await mia.next('user_registered')
    const eve = open('websocket')
    eve.say('register_user', { userId: 'mia' })
    expect(await eve.next('user_registered')).toMatchObject({
      success: false,
      userId: 'mia',
      reason: 'username_taken',
      error: expect.any(String),
    })
    eve.say('register_user', { userId: 'no\nname' })
    expect(await eve.next('user_registered')).toMatchObject({ success: false, reason: 'invalid_username' })
    const again = open('websocket', { auth: { token } })
    await again.next('user_registered')
    expect(await mia.next('force_disconnect')).toMatchObject({ reason: 'session_replaced' })
    again.close()
    await expect.poll(() => guest('websocket', 'mia').catch(() => undefined)).toBeDefined()
  })

  test('SIO-3 without guests a name is not enough', async () => {
    const { open } = await startSocketIoDaemon(ends, { security: { guests: false } })
    const mia = open('websocket')
    mia.say('register_user', 'mia')
    expect(await mia.next('user_registered')).toMatchObject({ success: false, reason: 'no_guests' })
  })

  test('SIO-4 SIO-10 another login takes the place of the first, which is told and does not come back', async () => {
    const { open, token } = await startSocketIoDaemon(ends)
    const auth = { token: await token('ann') }
    for (const way of WAYS) {
      const first = open(way, { auth })
      await first.next('user_registered')
      const second = open('websocket', { auth })
      await second.next('user_registered')
      expect(await first.next('force_disconnect')).toEqual({
        reason: 'session_replaced',
        error: 'Logged in from another connection; closing this one',
      })
      expect(await first.next('disconnect')).toEqual({ reason: 'io server disconnect' })
    }
  })

  test('SIO-4 who logs out is gone for others, and may be another guest', async () => {
    const { guest } = await startSocketIoDaemon(ends)
    const mia = await guest('websocket', 'mia')
    const tom = await guest('websocket', 'tom')
    mia.say('make_call', { to: 'tom', offer: OFFER })
    await tom.next('incoming_call')
    mia.say('logout_user', { userId: 'mia' })
    mia.say('logout_user')
    expect(await tom.next('call_ended')).toMatchObject({ from: 'mia', reason: 'logout' })
    mia.say('register_user', { userId: 'mimi' })
    expect(await mia.next('user_registered')).toMatchObject({ success: true, userId: 'mimi' })
    tom.say('make_call', { to: 'mia', offer: OFFER })
    expect(await tom.next('call_failed')).toMatchObject({ reason: 'user_not_found' })
    expect(mia.kept).toEqual([])
  })
})

describe('the end', () => {
  test.each(WAYS)('SIO-13 at a drain each client over %s is told, and may come back', async (way) => {
    const { guest, daemon } = await startSocketIoDaemon(ends, { drain: { grace_ms: 0, window_ms: 0 } })
    const people = [await guest(way, 'mia'), await guest(way, 'tom')]
    await daemon.drain()
    for (const person of people) {
      expect(await person.next('force_disconnect')).toMatchObject({ reason: 'shutting_down' })
      expect(await person.next('disconnect')).not.toEqual({ reason: 'io server disconnect' })
    }
  })

  test('SIO-13 at a stop as well, and who does not poll just then is not waited for', async () => {
    const { guest, daemon } = await startSocketIoDaemon(ends, { limits: { linger_timeout_ms: 60_000 } })
    const mia = await guest('websocket', 'mia')
    await guest('polling', 'tom')
    await daemon.stop()
    expect(await mia.next('force_disconnect')).toMatchObject({ reason: 'shutting_down' })
  })
})
