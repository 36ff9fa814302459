import { expect, test } from 'vitest'
import { endsAfterEach } from '../../support/ends.ts'
import { startHttpDaemon } from '../../support/house/http-daemon.ts'
import { unlessSplit } from '../../support/nodes/unless-on-nodes.ts'
import { httpAsk, httpClient } from '../../support/wire/http-client.ts'
import { logIn } from '../../support/wire/raw-client.ts'
import { T } from '../../support/wire/wire.ts'

const ends = endsAfterEach()

unlessSplit('news')(
  'HTTP-45 HIST-3 HIST-5 a missed call is found without a session, and seen at every device',
  async () => {
    const { base, connect } = await startHttpDaemon(ends)
    const credentials = { username: 'bob', password: 'password of bob' }
    await httpAsk(`${base}/api/users/register`, 'POST', credentials)
    const { token, user_id } = (await httpAsk(`${base}/auth/login`, 'POST', credentials)).body
    const bearer = { authorization: `Bearer ${String(token)}` }
    const alice = await httpClient(base, 'alice')
    expect(await alice.post('/api/call/initiate', { to_user_id: user_id })).toMatchObject({
      body: { error: 'user_unavailable' },
    })

    const ask = (path: string) => httpAsk(`${base}${path}`, 'GET', undefined, bearer)
    const missed = {
      entries: [{ peer_username: 'alice', direction: 'incoming', outcome: 'missed', seen: false }],
      unseen: 1,
    }
    expect(await ask('/api/history?missed=true&limit=1')).toMatchObject({ status: 200, body: missed })
    expect((await alice.get('/api/history')).body).toMatchObject({
      entries: [{ peer_username: 'bob', direction: 'outgoing', outcome: 'unavailable', seen: true }],
      unseen: 0,
    })
    expect((await alice.get('/api/history?missed=true')).body).toEqual({ entries: [], unseen: 0 })

    const bob = connect()
    bob.send(T.HELLO, { protocol: 1, client: 'test', capabilities: ['history'] })
    bob.send(T.LOGIN_REQUEST, { token })
    expect((await bob.next(T.HISTORY_SEEN)).payload).toEqual({ unseen: 1 })
    const seen = (body?: object) => httpAsk(`${base}/api/history/seen`, 'POST', body, bearer)
    expect(await seen({ call_id: 'another' })).toMatchObject({ status: 200, body: { unseen: 1 } })
    expect((await bob.next(T.HISTORY_SEEN)).payload).toEqual({ unseen: 1 })
    expect(await seen()).toMatchObject({ status: 200, body: { unseen: 0 } })
    expect((await bob.next(T.HISTORY_SEEN)).payload).toEqual({ unseen: 0 })
  },
)

test('HTTP-45 what is asked for must make sense, and needs a token', async () => {
  const { base } = await startHttpDaemon(ends)
  const alice = await httpClient(base, 'alice')
  for (const query of ['cursor=x', 'limit=51', 'missed=maybe'])
    expect(await alice.get(`/api/history?${query}`)).toMatchObject({
      status: 400,
      body: { error: 'invalid_field' },
    })
  expect(await alice.post('/api/history/seen', { call_id: 'x', up_to: 5 })).toMatchObject({ status: 400 })
  expect(await httpAsk(`${base}/api/history`, 'GET')).toMatchObject({
    status: 401,
    body: { error: 'token_required' },
  })
  expect(await httpAsk(`${base}/api/history/seen`, 'POST', {})).toMatchObject({ status: 401 })
})

test('HIST-9 a call with a guest has its name while the server runs', async () => {
  const { base, connect } = await startHttpDaemon(ends, { security: { guests: true } })
  const { token } = (await httpAsk(`${base}/api/users/register`, 'POST', { username: 'mia' })).body
  const bob = connect()
  bob.send(T.HELLO, { protocol: 1, client: 'test', capabilities: ['history'] })
  const bobId = await logIn(bob, 'bob')
  const mia = connect()
  mia.send(T.HELLO, { protocol: 1, client: 'test', capabilities: ['history'] })
  mia.send(T.LOGIN_REQUEST, { token })
  await mia.next(T.HISTORY_SEEN)
  mia.send(T.CALL_REQUEST, { to_user_id: bobId })
  await bob.next(T.CALL_NOTIFICATION)
  mia.send(T.LOGOUT_REQUEST, {})
  await bob.next(T.HANGUP)
  bob.send(T.HISTORY_REQUEST, {})
  expect((await bob.next(T.HISTORY)).payload).toMatchObject({
    entries: [{ peer_username: 'mia', outcome: 'missed' }],
  })
})
