import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { endsAfterEach } from '../../support/ends.ts'
import { startHttpDaemon } from '../../support/house/http-daemon.ts'
import { unlessOnRedis } from '../../support/nodes/unless-on-nodes.ts'
import { httpAsk, httpClient } from '../../support/wire/http-client.ts'
import { T } from '../../support/wire/wire.ts'

const ends = endsAfterEach()
const WITH_GUESTS = { security: { guests: true } }
const HELLO = { protocol: 1, client: 'test', capabilities: ['resume', 'call_control'] }

describe('guests', () => {
  test('GUEST-1 GUEST-2 GUEST-3 a guest calls a user, and is gone with its session', async () => {
    const { base, connect } = await startHttpDaemon(ends, WITH_GUESTS)
    const alice = await httpClient(base, 'alice')
    const enter = () => httpAsk(`${base}/api/users/register`, 'POST', { username: 'mia' })
    const entered = await enter()
    expect(entered).toMatchObject({ status: 201, body: { username: 'mia', token: expect.any(String) } })
    expect(await enter()).toMatchObject({ status: 409, body: { error: 'username_taken' } })

    const mia = connect()
    mia.send(T.LOGIN_REQUEST, { token: entered.body['token'] })
    expect((await mia.next(T.LOGIN_RESPONSE)).payload).toMatchObject({ success: true, username: 'mia' })
    expect((await alice.get('/users')).body).toMatchObject({ totalUsers: 1 })
    const placed = await alice.post('/api/call/initiate', { to_username: 'mia' })
    expect(placed.status).toBe(201)
    mia.send(T.CALL_RESPONSE, { call_id: placed.body['call_id'], accepted: true })
    mia.send(T.LOGOUT_REQUEST, '')
    await mia.next(T.LOGOUT_RESPONSE)
    mia.send(T.LOGIN_REQUEST, { token: entered.body['token'] })
    expect((await mia.next(T.LOGIN_RESPONSE)).payload).toMatchObject({
      success: false,
      reason: 'invalid_token',
    })
    expect((await enter()).status).toBe(201)
  })

  test('GUEST-2 another login of the guest takes its place, and the guest stays', async () => {
    const { base, connect } = await startHttpDaemon(ends, WITH_GUESTS)
    const { body } = await httpAsk(`${base}/api/users/register`, 'POST', { username: 'mia' })
    for (const client of [connect(), connect(), connect()]) {
      client.send(T.LOGIN_REQUEST, { token: body['token'] })
      expect((await client.next(T.LOGIN_RESPONSE)).payload).toMatchObject({ success: true })
    }
  })

  unlessOnRedis('journal')('GUEST-4 nothing of a guest is on disk, and a restart forgets it', async () => {
    const data_directory = await mkdtemp(join(tmpdir(), 'roomrtc-guest-'))
    ends.push(() => rm(data_directory, { recursive: true }))
    const persistence = { enable_persistence: true, data_directory }
    const first = await startHttpDaemon(ends, { ...WITH_GUESTS, persistence })
    const { body } = await httpAsk(`${first.base}/api/users/register`, 'POST', { username: 'mia' })
    const mia = first.connect()
    mia.send(T.HELLO, HELLO)
    mia.send(T.LOGIN_REQUEST, { token: body['token'] })
    const { payload } = await mia.next(T.LOGIN_RESPONSE)
    // An account's session is kept, so that the journal is there to look into.
    const alice = await httpClient(first.base, 'alice')
    await alice.post('/api/call/initiate', { to_username: 'mia' })
    await mia.next(T.CALL_NOTIFICATION)
    await first.daemon.stop()
    const files = await readdir(data_directory)
    expect(files).toContain('sessions.journal')
    const texts = await Promise.all(
      files
        .filter((name) => !name.endsWith('.sock'))
        .map((name) => readFile(join(data_directory, name), 'utf8')),
    )
    expect(texts.join('')).toContain('alice')
    expect(texts.join('')).not.toContain(String(payload['session_token']))
    expect(
      texts.flatMap((text) => text.match(/.{120}"(?:username|from_username)":"mia".{80}/g) ?? []),
    ).toEqual([])

    const second = await startHttpDaemon(ends, { ...WITH_GUESTS, persistence })
    const again = second.connect()
    again.send(T.HELLO, HELLO)
    again.send(T.RESUME, { session_token: payload['session_token'], last_seq: 0 })
    expect((await again.next(T.RESUME_REFUSED)).payload).toEqual({ reason: 'unknown' })
  })

  test('GUEST-5 no password opens a guest, and without the key nobody is one', async () => {
    const { base } = await startHttpDaemon(ends, WITH_GUESTS)
    await httpAsk(`${base}/api/users/register`, 'POST', { username: 'mia' })
    const login = await httpAsk(`${base}/auth/login`, 'POST', { username: 'mia', password: 'x' })
    expect(login).toMatchObject({ status: 401, body: { error: 'invalid_credentials' } })
    const usual = await startHttpDaemon(ends)
    const refused = await httpAsk(`${usual.base}/api/users/register`, 'POST', { username: 'mia' })
    expect(refused).toMatchObject({ status: 400, body: { error: 'invalid_field' } })
  })
})
