import { expect, test } from 'vitest'
import { endsAfterEach } from '../../support/ends.ts'
import { startUploadsDaemon } from '../../support/files/uploads-daemon.ts'
import { startHttpDaemon } from '../../support/house/http-daemon.ts'
import { httpAsk, httpClient } from '../../support/wire/http-client.ts'
import { T } from '../../support/wire/wire.ts'

const ends = endsAfterEach()

test('MSG-17 messages are sent and read by HTTP, and come among the events of the other', async () => {
  const { base } = await startHttpDaemon(ends, { messages: { enabled: true } })
  const [alice, bob] = [await httpClient(base, 'alice'), await httpClient(base, 'bob')]
  const id = [alice.userId, bob.userId].toSorted().join('|')
  const path = `/api/messages/${encodeURIComponent(id)}`
  const sent = await alice.post(path, { text: 'by HTTP', client_id: 'one' })
  expect(sent).toMatchObject({
    status: 201,
    body: { text: 'by HTTP', conversation_id: id, client_id: 'one' },
  })
  expect(await alice.post(path, { text: 'again', client_id: 'one' })).toMatchObject({ body: sent.body })
  const { events } = await bob.events(0, 5)
  expect(events[0]).toMatchObject({ type: 'MESSAGE', seq: 1, text: 'by HTTP' })
  await bob.post(path, { text: 'an answer' })
  const page = await alice.get(`${path}?limit=1`)
  expect(page).toMatchObject({ status: 200, body: { items: [{ text: 'an answer' }], more: true } })
  const before = String(Reflect.get(Object(page.body['items']), 0)?.message_id)
  expect((await alice.get(`${path}?before=${before}`)).body).toMatchObject({
    ...{ items: [{ text: 'by HTTP', from_username: 'alice' }], more: false },
  })

  const carol = await httpClient(base, 'carol')
  const refusal = { status: 404, body: { error: 'conversation_not_found' } }
  expect(await carol.get(path)).toMatchObject(refusal)
  expect(await carol.post(path, { text: 'x' })).toMatchObject(refusal)
  expect(await httpAsk(`${base}${path}`, 'GET')).toMatchObject({ status: 401 })
  expect(await alice.post(path, { text: '' })).toMatchObject({
    status: 400,
    body: { error: 'invalid_field' },
  })
})

test('MSG-20 UPLOAD-30 a file goes with a message to its reader alone, and is free again when that is deleted', async () => {
  const { base, person, connect } = await startUploadsDaemon(ends, { messages: { enabled: true } })
  const [alice, bob, carol] = [await person('alice'), await person('bob'), await person('carol')]
  const { fileId } = (await alice.upload('the plan', 'plan.txt')).body
  const ask = (who: typeof alice, method: string, path: string, body?: object) =>
    httpAsk(`${base}${path}`, method, body, who.bearer)
  const id = [alice.userId, bob.userId].toSorted().join('|')
  const path = `/api/messages/${encodeURIComponent(id)}`
  const sent = await ask(alice, 'POST', path, { attachments: [{ file_id: fileId }], client_id: 'one' })
  const attachments = [{ file_id: fileId, name: 'plan.txt', type: 'application/octet-stream', bytes: 8 }]
  expect(sent).toMatchObject({ status: 201, body: { text: '', attachments } })
  expect((await ask(bob, 'GET', path)).body).toMatchObject({ items: [{ attachments }] })
  expect(await (await bob.fetch(fileId)).text()).toBe('the plan')
  expect(await carol.look(fileId)).toMatchObject({ status: 404, body: { error: 'file_not_found' } })
  expect(await ask(bob, 'DELETE', `/api/uploads/${String(fileId)}`)).toMatchObject({ status: 404 })
  const remove = async () => (await ask(alice, 'DELETE', `/api/uploads/${String(fileId)}`)).status
  expect(await remove()).toBe(409)
  const phone = connect()
  phone.send(T.HELLO, { protocol: 1, client: 'test', capabilities: ['messages'] })
  phone.send(T.LOGIN_REQUEST, { token: alice.bearer.authorization.slice('Bearer '.length) })
  phone.send(T.MESSAGE_DELETE, { conversation_id: id, message_id: sent.body['message_id'] })
  await phone.next(T.MESSAGE_DELETE)
  await expect.poll(remove).toBe(200)
  expect((await bob.look(fileId)).status).toBe(404)
})

test('RATE-10 whoever sends too fast by HTTP is told the wait and the scores', async () => {
  const rate_limits = { chat_send_max_score: 1, chat_send_decay_per_minute: 1 }
  const { base } = await startHttpDaemon(ends, { messages: { enabled: true }, rate_limits })
  const [alice, bob] = [await httpClient(base, 'alice'), await httpClient(base, 'bob')]
  const path = `/api/messages/${encodeURIComponent([alice.userId, bob.userId].toSorted().join('|'))}`
  expect(await alice.post(path, { text: 'one' })).toMatchObject({ status: 201 })
  const { status, body } = await alice.post(path, { text: 'two' })
  expect(status).toBe(429)
  expect(body).toMatchObject({ error: 'rate_limited', maxScore: 1 })
  expect(Number(body['currentScore'])).toBeGreaterThan(0.9)
  expect(Number(body['retryAfterMs'])).toBeGreaterThan(50_000)
  expect(await bob.post(path, { text: 'three' })).toMatchObject({ status: 201 })
})

test('MSG-9 MSG-17 a server without messages refuses them', async () => {
  const { base } = await startHttpDaemon(ends)
  const alice = await httpClient(base, 'alice')
  expect(await alice.get('/api/messages/voice')).toMatchObject({
    ...{ status: 400, body: { error: 'not_negotiated', message: 'This server has no text messages' } },
  })
})
