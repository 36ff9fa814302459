import { describe, expect, test } from 'vitest'
import { nativeDigest } from '../../../src/domain/native-digest.ts'
import { endsAfterEach } from '../../support/ends.ts'
import { startHttpDaemon } from '../../support/house/http-daemon.ts'
import { httpAsk, httpClient } from '../../support/wire/http-client.ts'
import { T } from '../../support/wire/wire.ts'

const ends = endsAfterEach()
const alice = { username: 'alice', password: 'correct horse' }

describe('accounts and tokens', () => {
  test('HTTP-12 an account is made by the rules of a registration', async () => {
    const { base } = await startHttpDaemon(ends)
    const register = (body: object) => httpAsk(`${base}/api/users/register`, 'POST', body)
    const made = await register(alice)
    expect(made).toMatchObject({ status: 201, body: { username: 'alice', user_id: expect.any(String) } })
    expect(await register(alice)).toMatchObject({ status: 409, body: { error: 'username_taken' } })
    expect(await register({ ...alice, username: 'a|b' })).toMatchObject({
      status: 400,
      body: { error: 'invalid_username' },
    })
    expect(await register({ username: 'bob' })).toMatchObject({
      status: 400,
      body: { error: 'invalid_field', message: expect.stringContaining('password') },
    })
    expect(await register({ username: 7, password: 'x' })).toMatchObject({
      status: 400,
      body: { error: 'invalid_field', message: expect.stringContaining('"username"') },
    })
  })

  test('HTTP-12 too many registrations wait', async () => {
    const { base } = await startHttpDaemon(ends, {
      rate_limits: { registration_burst: 1, registrations_per_minute: 1 },
    })
    await httpAsk(`${base}/api/users/register`, 'POST', alice)
    const second = await httpAsk(`${base}/api/users/register`, 'POST', { ...alice, username: 'bob' })
    expect(second).toMatchObject({ status: 429, body: { error: 'rate_limited' } })
    expect(Number(second.headers.get('retry-after'))).toBeGreaterThan(0)
  })

  test('HTTP-13 who knows the password gets a token, and no session', async () => {
    const { base, connect } = await startHttpDaemon(ends)
    await httpAsk(`${base}/api/users/register`, 'POST', alice)
    const login = await httpAsk(`${base}/auth/login`, 'POST', alice)
    expect(login).toMatchObject({
      status: 200,
      body: { token_type: 'Bearer', expires_in: 3600, username: 'alice' },
    })
    expect((await httpAsk(base, 'GET')).body['connectedUsers']).toBe(0)
    const client = connect()
    client.send(T.LOGIN_REQUEST, { token: login.body['token'] })
    expect((await client.next(T.LOGIN_RESPONSE)).payload).toMatchObject({ success: true, username: 'alice' })
  })

  test('HTTP-13 wrong passwords count, whatever they come by', async () => {
    const { base } = await startHttpDaemon(ends, { rate_limits: { failed_logins: 2 } })
    await httpAsk(`${base}/api/users/register`, 'POST', alice)
    const wrong = () => httpAsk(`${base}/auth/login`, 'POST', { ...alice, password: 'wrong' })
    expect(await wrong()).toMatchObject({ status: 401, body: { error: 'invalid_credentials' } })
    let last = await wrong()
    for (let i = 0; i < 4 && last.status === 401; i += 1) last = await wrong()
    expect(last).toMatchObject({
      status: 429,
      body: { error: 'too_many_attempts', retry_after_ms: expect.any(Number) },
    })
  })

  test('HTTP-14 a person has one password, in a browser and in a native client', async () => {
    const { base, connect } = await startHttpDaemon(ends)
    await httpAsk(`${base}/api/users/register`, 'POST', alice)
    const native = connect()
    native.send(T.LOGIN_REQUEST, { username: 'alice', password_hash: nativeDigest(alice.password) })
    expect((await native.next(T.LOGIN_RESPONSE)).payload).toMatchObject({ success: true })

    // Of a client that sends the password as it is.
    native.send(T.REGISTER_REQUEST, { username: 'plain', password_hash: 'as it is' })
    await native.next(T.REGISTER_RESPONSE)
    const plain = await httpAsk(`${base}/auth/login`, 'POST', { username: 'plain', password: 'as it is' })
    expect(plain.status).toBe(200)
    const own = { username: 'own', password_hash: 'something of its own' }
    await httpAsk(`${base}/api/users/register`, 'POST', own)
    native.send(T.LOGOUT_REQUEST, '')
    await native.next(T.LOGOUT_RESPONSE)
    native.send(T.LOGIN_REQUEST, own)
    expect((await native.next(T.LOGIN_RESPONSE)).payload).toMatchObject({ success: true })
  })

  test('HTTP-15 without a good token nobody is told anything, and none may be in a URL', async () => {
    const { base } = await startHttpDaemon(ends)
    const ask = (path: string, authorization?: string) =>
      httpAsk(`${base}${path}`, 'GET', undefined, authorization === undefined ? {} : { authorization })
    expect(await ask('/users')).toMatchObject({ status: 401, body: { error: 'token_required' } })
    expect(await ask('/users', 'Basic YTpi')).toMatchObject({
      status: 401,
      body: { error: 'token_required' },
    })
    expect(await ask('/users', 'Bearer nonsense')).toMatchObject({
      status: 401,
      body: { error: 'invalid_token' },
    })
    const { token } = await httpClient(base, 'alice')
    expect(await ask('/users', `Bearer ${token}`)).toMatchObject({ status: 200 })
    expect(await ask(`/users?token=${token}`)).toMatchObject({
      status: 400,
      body: { error: 'token_in_query' },
    })
  })

  test('HTTP-16 who is here, and all users by pages', async () => {
    const { base } = await startHttpDaemon(ends)
    const client = await httpClient(base, 'alice')
    for (const username of ['bob', 'bert', 'carol'])
      await httpAsk(`${base}/api/users/register`, 'POST', { username, password: 'x' })
    expect((await client.get('/users')).body).toEqual({ connectedUsers: ['alice'], totalUsers: 4 })
    const page = await client.get('/api/users/list?query=b&limit=1')
    expect(page.body).toMatchObject({ users: [{ username: 'bert', state: 'Disconnected' }], truncated: true })
    const cursor = encodeURIComponent(String(page.body['next_cursor']))
    const next = await client.get(`/api/users/list?query=b&limit=1&cursor=${cursor}`)
    expect(next.body).toMatchObject({ users: [{ username: 'bob' }] })
    expect((await client.get('/api/users/list?cursor=nonsense')).status).toBe(400)
    expect((await client.get('/api/users/list?limit=0')).status).toBe(400)
  })
})
