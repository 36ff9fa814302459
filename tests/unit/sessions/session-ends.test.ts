import { describe, expect, test } from 'vitest'
import { noSecurityLog } from '../../../src/infrastructure/log/security-log.ts'
import { createFigures } from '../../../src/session/figures/figures.ts'
import { err, ok } from '../../../src/domain/result.ts'
import { Endpoint } from '../../../src/session/conversation/endpoint.ts'
import { unlimited } from '../../../src/session/rates/rate-limits.ts'
import { createHouse, silentLog } from '../../support/house/house.ts'
import { frame, T, takeFrames } from '../../support/wire/wire.ts'

const credentials = (username: string, password_hash = 'pw') => ({ username, password_hash })

describe('a login', () => {
  test.each(['overloaded', 'storage_unavailable'] as const)(
    'AUTH-4 PW-6 a right password logs in although its old hash cannot be renewed: %s',
    async (error) => {
      const house = createHouse()
      await (await house.logIn('alice')).drop()
      const { hasher, users } = house.ports
      const verify = hasher.verify.bind(hasher)
      hasher.verify = async (...args) => {
        const verified = await verify(...args)
        return verified.ok ? ok({ ...verified.value, stale: true }) : verified
      }
      if (error === 'overloaded')
        hasher.hash = () => Promise.resolve(err({ reason: error, retryAfterMs: 100 }))
      else users.replaceHash = () => Promise.resolve(err(error))
      const client = house.connect()
      await client.send(T.LOGIN_REQUEST, credentials('alice'))
      expect(client.seen()).toMatchObject([[T.LOGIN_RESPONSE, { success: true, username: 'alice' }]])
    },
  )
})

describe('a session that is being replaced', () => {
  test('REQ-2 an ERROR that answers nothing has no in_reply_to', async () => {
    const house = createHouse()
    const first = await house.logIn('alice')
    await house.logIn('alice')
    expect(first.take(T.ERROR).map(({ payload }) => Object.keys(payload))).toEqual([
      ['code', 'message', 'reason'],
    ])
  })

  test('SESS-1 CALL-1 after a new login the user is called on the new connection', async () => {
    const house = createHouse()
    const bob = await house.logIn('bob')
    const first = await house.logIn('alice')
    const second = await house.logIn('alice')
    await first.drop()
    await bob.send(T.CALL_REQUEST, { to_user_id: second.userId })
    expect(second.take(T.CALL_NOTIFICATION)).toMatchObject([{ payload: { from_username: 'bob' } }])
  })

  test('SESS-1 what the earlier connection still asks while it is being replaced is not done', async () => {
    const house = createHouse()
    const bob = await house.logIn('bob')
    const first = await house.logIn('alice')
    const second = house.connect()
    bob.take()
    const { presence } = house.ports
    const put = presence.put.bind(presence)
    let asked = Promise.resolve()
    presence.put = async (online) => {
      presence.put = put
      asked = first.send(T.CALL_REQUEST, { to_user_id: bob.userId })
      await put(online)
    }
    await second.send(T.LOGIN_REQUEST, credentials('alice'))
    await asked
    expect(bob.seen()).toEqual([])
    await bob.send(T.CALL_REQUEST, { to_user_id: first.userId })
    expect(second.take(T.CALL_NOTIFICATION)).toHaveLength(1)
  })

  test('SESS-3 the earlier connection ends just as it is being replaced: the user stays Available', async () => {
    const house = createHouse()
    const watcher = await house.logIn('watcher')
    const first = await house.logIn('alice')
    const second = house.connect()
    watcher.take()
    const { presence } = house.ports
    const put = presence.put.bind(presence)
    presence.put = async (online) => {
      await put(online)
      first.endpoint.lost()
    }
    await second.send(T.LOGIN_REQUEST, credentials('alice'))
    expect(second.take(T.LOGIN_RESPONSE)).toMatchObject([{ payload: { success: true } }])
    expect(watcher.seen()).toEqual([])
    await watcher.send(T.CALL_REQUEST, { to_user_id: first.userId })
    expect(second.take(T.CALL_NOTIFICATION)).toHaveLength(1)
  })
})

describe('a fault in the server', () => {
  test('REQ-5 a fault in the server does not stop what others, or the same client, ask afterwards', async () => {
    const house = createHouse()
    const [alice, bob] = [await house.logIn('alice'), await house.logIn('bob')]
    const { sessions } = house.ports
    const ofUser = sessions.ofUser.bind(sessions)
    sessions.ofUser = () => Promise.reject(new Error('broken'))
    await alice.send(T.CALL_REQUEST, { to_user_id: bob.userId })
    sessions.ofUser = ofUser
    alice.take()
    bob.take()
    await bob.send(T.USER_LIST_REQUEST, {})
    expect(bob.take(T.USER_LIST_RESPONSE)).toHaveLength(1)
    await alice.send(T.CALL_REQUEST, { to_user_id: bob.userId })
    expect(bob.take(T.CALL_NOTIFICATION)).toHaveLength(1)
  })

  test('REQ-5 a fault while time passes or a connection ends is logged, and the others go on', async () => {
    const faults: string[] = []
    const house = createHouse({ log: { ...silentLog, error: (_fields, message) => faults.push(message) } })
    const [alice, bob] = [await house.logIn('alice'), await house.logIn('bob')]
    const { presence, calls } = house.ports
    const [find, ringingSince] = [presence.find.bind(presence), calls.ringingSince.bind(calls)]
    presence.find = () => Promise.reject(new Error('broken'))
    calls.ringingSince = () => Promise.reject(new Error('broken'))
    await (await house.logIn('carol')).drop()
    await house.pass(1)
    presence.find = find
    calls.ringingSince = ringingSince
    expect(faults).toContain('fault while carrying out a change')
    await alice.send(T.CALL_REQUEST, { to_user_id: bob.userId })
    await house.pass(30_000)
    expect(alice.take(T.CALL_DECLINED)).toMatchObject([{ payload: { reason: 'timeout' } }])
  })

  test('REQ-5 a fault that comes at once is an ERROR 500 as well', () => {
    const written: Buffer[] = []
    const endpoint = new Endpoint(
      1,
      {
        address: '',
        isCongested: false,
        isSilent: false,
        transport: 'tcp',
        hasPings: false,
        ping: () => undefined,
        joinsFrames: true,
        copiesSmall: false,
        write: (bytes) => written.push(bytes),
        writeAll: (pieces) => written.push(...pieces),
        joinFrames: () => undefined,
        trust: () => undefined,
        distrust: () => undefined,
        end: () => undefined,
      },
      {
        inputs: {
          request: () => {
            throw new Error('broken')
          },
          relay: () => undefined,
          room: () => undefined,
          lost: () => undefined,
        },
        clock: { wallMs: () => 0, monotonicMs: () => 0 },
        log: silentLog,
        securityLog: noSecurityLog,
        figures: createFigures(),
        heartbeat: { intervalMs: 30_000, timeoutMs: 60_000 },
        rates: unlimited,
        loginTimeoutMs: 10_000,
      },
    )
    const whole = frame(T.HANGUP, '{"call_id":"c","request_id":"r"}')
    void endpoint.receive({ type: T.HANGUP, payload: whole.subarray(5), whole })
    expect(takeFrames(Buffer.concat(written)).frames).toMatchObject([
      { type: T.ERROR, payload: { code: 500, in_reply_to: T.HANGUP, request_id: 'r' } },
    ])
    expect(endpoint.isOpen).toBe(true)
  })

  test('WIRE-12 RELAY-2 the largest offer passes without its sender too; a larger one is refused, and the call goes on', async () => {
    const house = createHouse()
    const [alice, bob] = [await house.logIn('alice'), await house.logIn('bob')]
    await alice.send(T.CALL_REQUEST, { to_user_id: bob.userId })
    const call_id = bob.take(T.CALL_NOTIFICATION)[0]?.payload['call_id']
    await bob.send(T.CALL_RESPONSE, { call_id, accepted: true })
    alice.take()
    bob.take()
    const offer = { call_id, to_user_id: bob.userId, sdp: '' }
    const sdp = 'x'.repeat(1_048_320 - Buffer.byteLength(JSON.stringify(offer)))
    await alice.send(T.SDP_OFFER, { ...offer, sdp })
    expect(bob.take(T.SDP_OFFER)[0]?.payload['sdp']).toBe(sdp)
    await alice.send(T.SDP_OFFER, { ...offer, sdp, request_id: 'r' })
    expect(alice.seen()).toMatchObject([
      [T.ERROR, { code: 413, reason: 'message_too_large', in_reply_to: T.SDP_OFFER, request_id: 'r' }],
    ])
    await alice.send(T.SDP_OFFER, { ...offer, sdp: 'short' })
    expect(bob.seen()).toMatchObject([[T.SDP_OFFER, { sdp: 'short' }]])
  })
})
