import { beforeEach, describe, expect, test } from 'vitest'
import type { Log } from '../../../src/application/ports/system/log.ts'
import { configSchema } from '../../../src/config/schema.ts'
import { rateLimits } from '../../../src/daemon/settings.ts'
import type { HouseClient } from '../../support/house/house.ts'
import {
  CAPABILITIES,
  candidate,
  comeBack,
  createResuming,
  resume,
  type Resuming,
} from '../../support/house/resuming.ts'
import { T } from '../../support/wire/wire.ts'
import { unlessShared } from '../../support/house/unless-shared.ts'

let trio: Resuming
let house: Resuming['house']
let alice: HouseClient
let bob: HouseClient

async function begin(options: Parameters<typeof createResuming>[0] = {}): Promise<void> {
  trio = await createResuming(options)
  ;({ house, alice, bob } = trio)
}

beforeEach(() => begin())

const credentials = { username: 'alice', password_hash: 'pw' }

/** The answer to a RESUME by the token on a new connection. */
async function answerTo(session_token: string, last_seq = 0): Promise<unknown> {
  const client = await resume(house, { session_token, last_seq })
  return client.seen()[0]
}

describe('refused', () => {
  test.each([
    ['was never given out', 'unknown', () => Promise.resolve('x'.repeat(43))],
    [
      'is of a session that has logged out',
      'unknown',
      async () => {
        await alice.send(T.LOGOUT_REQUEST, {})
        return alice.token
      },
    ],
    [
      'comes after the window',
      'expired',
      async () => {
        await alice.drop()
        await house.pass(60_000)
        return alice.token
      },
    ],
    [
      'is of a session that another login has replaced',
      'replaced',
      async () => {
        await house.logIn('alice', CAPABILITIES)
        return alice.token
      },
    ],
    [
      'is of a session that a login of v1 has replaced',
      'replaced',
      async () => {
        await house.logIn('alice')
        return alice.token
      },
    ],
    [
      'was followed by a newer one',
      'replaced',
      async () => {
        const { client } = await comeBack(house, alice, 0)
        await client.send(T.HEARTBEAT, { timestamp: 1 })
        return alice.token
      },
    ],
    [
      'is the next to last',
      'replaced',
      async () => {
        const { client } = await comeBack(house, alice, 0)
        await client.drop()
        await comeBack(house, client, 0)
        return alice.token
      },
    ],
  ] as const)(
    'RESUME-3 a token that %s is refused as %s, and the connection may log in',
    async (_which, reason, prepare) => {
      const session_token = await prepare()
      const client = await resume(house, { session_token, last_seq: 0, request_id: 'r' })
      expect(client.seen()).toEqual([[T.RESUME_REFUSED, { reason, request_id: 'r' }]])
      expect(client.ended).toBe(false)
      await client.send(T.LOGIN_REQUEST, credentials)
      expect(client.take(T.LOGIN_RESPONSE)).toMatchObject([{ payload: { success: true } }])
    },
  )

  test.each(['disabled', 'renamed', 'removed'] as const)(
    'RESUME-3 the session of an account that was %s behind the back of the daemon is not resumed',
    async (what) => {
      const { users } = house.ports
      const account = await users.findByName('alice')
      if (account === undefined) throw new Error('alice has an account')
      if (what === 'disabled') await users.setDisabled(account.id, true)
      else if (what === 'renamed') await users.rename(account.id, 'zoe')
      else await users.remove(account.id)
      expect(await answerTo(alice.token)).toEqual([T.RESUME_REFUSED, { reason: 'unknown' }])
      await alice.drop()
      expect(await answerTo(alice.token)).toEqual([T.RESUME_REFUSED, { reason: 'unknown' }])
    },
  )

  test.each([
    ['messages', { max_outbox_frames: 4 }],
    // The frame of such a candidate, numbered with one digit, has 219 bytes where the ids are of the usual length.
    ['bytes', { max_outbox_bytes: 4 * 219 }],
  ])(
    'RESUME-8 RESUME-3 as many %s as are kept come again; of more than that the oldest are gone',
    async (_what, limits) => {
      await begin({ limits })
      const call_id = await trio.connect()
      await alice.drop()
      for (const text of ['3', '4', '5', '6'])
        await bob.send(T.ICE_CANDIDATE, candidate(call_id, alice, text))
      const back = await comeBack(house, alice, 2)
      expect(back.missed.map(({ text }) => text.length + 5)).toEqual([219, 219, 219, 219])
      await back.client.drop()
      await bob.send(T.ICE_CANDIDATE, candidate(call_id, alice, '7'))
      expect(await answerTo(back.client.token, 2)).toEqual([T.RESUME_REFUSED, { reason: 'overflow' }])
      expect((await comeBack(house, back.client, 3)).missed).toHaveLength(4)
    },
  )

  test('RESUME-8 who has read everything never overflows, acknowledged or not', async () => {
    await begin({ limits: { max_outbox_frames: 2 } })
    const call_id = await trio.connect()
    for (let i = 0; i < 10; i += 1) await bob.send(T.ICE_CANDIDATE, candidate(call_id, alice, `${i}`))
    await alice.drop()
    expect(await comeBack(house, alice, 12)).toMatchObject({ missed: [], resumed: { call: { call_id } } })
  })

  test('RESUME-3 a last_seq of what was never sent is ERROR 400, and the session waits on', async () => {
    await trio.ring()
    await alice.drop()
    const client = await resume(house, { session_token: alice.token, last_seq: 2, request_id: 'r' })
    expect(client.seen()).toMatchObject([
      [T.ERROR, { code: 400, reason: 'invalid_field', in_reply_to: T.RESUME, request_id: 'r' }],
    ])
    expect(client.ended).toBe(false)
    await client.send(T.RESUME, { session_token: alice.token, last_seq: 1 })
    expect(client.seen()).toMatchObject([
      [T.RESUMED, { replayed: 0 }],
      [T.USER_LIST_RESPONSE, {}],
    ])
  })

  test.each([-1, 1.5, '0', null])('RESUME-3 a last_seq of %j is ERROR 400', async (last_seq) => {
    const client = house.connect()
    await client.hello(CAPABILITIES)
    client.take()
    await client.send(T.RESUME, { session_token: alice.token, last_seq })
    expect(client.seen()).toMatchObject([[T.ERROR, { reason: 'invalid_field', in_reply_to: T.RESUME }]])
  })
})

describe('guesses', () => {
  const guess = { session_token: 'guess', last_seq: 0 }

  async function connectFrom(address: string): Promise<HouseClient> {
    const client = house.connect(address)
    await client.hello(CAPABILITIES)
    client.take()
    return client
  }

  test('RESUME-3 after so many unknown tokens of one address in a minute the next are ERROR 429; the right one is let in', async () => {
    await begin({ rates: rateLimits(configSchema.parse({ resume: { max_failed_per_minute: 2 } })) })
    await alice.drop()
    await house.pass(100_000)
    await bob.drop()
    const first = await connectFrom('192.0.2.77')
    await first.send(T.RESUME, guess)
    await house.pass(10_000)
    const second = await connectFrom('192.0.2.77')
    await second.send(T.RESUME, guess)
    // What was good once is no guess.
    await second.send(T.RESUME, { ...guess, session_token: alice.token })
    await second.send(T.RESUME, { ...guess, request_id: 'g' })
    expect(first.take(T.RESUME_REFUSED)).toHaveLength(1)
    const answers = second.seen()
    expect(answers).toMatchObject([
      [T.RESUME_REFUSED, { reason: 'unknown' }],
      [T.RESUME_REFUSED, { reason: 'expired' }],
      [T.ERROR, { code: 429, reason: 'too_many_attempts', in_reply_to: T.RESUME, request_id: 'g' }],
    ])
    const retryAfterMs = Number(answers[2]?.[1]['retry_after_ms'])
    expect(retryAfterMs).toBeGreaterThan(0)
    expect(retryAfterMs).toBeLessThanOrEqual(60_000)

    const elsewhere = await connectFrom('192.0.2.78')
    await elsewhere.send(T.RESUME, guess)
    expect(elsewhere.seen()).toEqual([[T.RESUME_REFUSED, { reason: 'unknown' }]])
    await first.send(T.RESUME, { ...guess, session_token: bob.token })
    expect(first.take(T.RESUMED)).toMatchObject([{ payload: { username: 'bob' } }])

    await house.pass(retryAfterMs)
    const later = await connectFrom('192.0.2.77')
    await later.send(T.RESUME, guess)
    expect(later.seen()).toEqual([[T.RESUME_REFUSED, { reason: 'unknown' }]])
  })
})

describe('tokens', () => {
  test('RESUME-10 where RESUMED is lost the old token is still good, once and again', async () => {
    await trio.connect()
    await alice.drop()
    const lost = (await comeBack(house, alice, 0)).client
    await lost.drop()
    const again = (await comeBack(house, alice, 0)).client
    expect(await answerTo(lost.token)).toEqual([T.RESUME_REFUSED, { reason: 'replaced' }])
    const third = await comeBack(house, alice, 0)
    expect(third.missed).toHaveLength(2)
    expect(new Set([alice.token, lost.token, again.token, third.client.token]).size).toBe(4)
  })

  test.each([
    ['HEARTBEAT', T.HEARTBEAT, { timestamp: 1 }],
    ['a message of a call', T.HANGUP, { call_id: 'none' }],
    ['a request that is refused', T.HELLO, { protocol: 1, client: 'x', capabilities: [] }],
  ])(
    'RESUME-10 after %s on the new connection the old token is replaced, and the new one is good',
    async (_what, type, payload) => {
      const { client } = await comeBack(house, alice, 0)
      await client.send(type, payload)
      expect(await answerTo(alice.token)).toEqual([T.RESUME_REFUSED, { reason: 'replaced' }])
      expect(client.ended).toBe(false)
      expect(await answerTo(client.token)).toMatchObject([T.RESUMED, { username: 'alice' }])
    },
  )

  test('RESUME-10 AUTH-8 the token of a login that was repeated on its connection is replaced in the same way', async () => {
    await alice.send(T.LOGIN_REQUEST, credentials)
    const session_token = String(alice.take(T.LOGIN_RESPONSE)[0]?.payload['session_token'])
    expect(session_token).not.toBe(alice.token)
    await alice.send(T.USER_LIST_REQUEST, {})
    expect(await answerTo(alice.token)).toEqual([T.RESUME_REFUSED, { reason: 'replaced' }])
    expect(await answerTo(session_token)).toMatchObject([T.RESUMED, {}])
  })

  test('RESUME-12 a connection that has a session cannot resume, its own or another, and nobody notices', async () => {
    await bob.drop()
    for (const { token } of [alice, bob]) {
      await alice.send(T.RESUME, { session_token: token, last_seq: 0 })
      expect(alice.seen()).toMatchObject([
        [T.ERROR, { code: 409, reason: 'already_logged_in', in_reply_to: T.RESUME }],
      ])
    }
    expect((await comeBack(house, bob, 0)).resumed).toMatchObject({ user_id: bob.userId })
    await alice.send(T.USER_LIST_REQUEST, {})
    expect(alice.take(T.USER_LIST_RESPONSE)).toHaveLength(1)
  })

  test('RESUME-12 a token resumes the session that it was given to, and no other', async () => {
    await trio.connect()
    await alice.drop()
    await bob.drop()
    for (const one of [bob, alice]) {
      const { resumed } = await comeBack(house, one, 0)
      expect(resumed).toMatchObject({ user_id: one.userId, username: one === bob ? 'bob' : 'alice' })
    }
  })

  unlessShared('journal')(
    'RESUME-12 no token is kept or logged: not at the login, the resumption, a refusal or a restart',
    async () => {
      const kept: unknown[] = []
      const note = (...line: readonly unknown[]) => {
        kept.push(line)
      }
      const log: Log = { debug: note, info: note, warn: note, error: note }
      await begin({ log })
      const call_id = await trio.connect()
      await bob.send(T.ICE_CANDIDATE, candidate(call_id, alice, 'c'))
      await alice.drop()
      const { client } = await comeBack(house, alice, 1)
      await resume(house, { session_token: 'a guess that is no secret', last_seq: 0 })
      await resume(house, { session_token: alice.token, last_seq: 99 })
      const next = await house.restart(1, (left) => {
        for (const entry of left) note('frame' in entry ? entry.frame.toString() : entry)
      })
      const back = await comeBack(next, client, 3)
      await next.logIn('alice', CAPABILITIES)
      await resume(next, { session_token: back.client.token, last_seq: 0 })
      const text = JSON.stringify(kept)
      expect(text).toContain('session resumed')
      expect(text).toContain('"tokens"')
      for (const { token } of [alice, bob, client, back.client]) {
        expect(token).toHaveLength(43)
        expect(text).not.toContain(token)
      }
      expect(text).not.toContain('a guess')
    },
  )
})
