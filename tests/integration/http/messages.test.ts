import { expect, test } from 'vitest'
import { endsAfterEach } from '../../support/ends.ts'
import { startHttpDaemon } from '../../support/house/http-daemon.ts'
import { httpAsk, httpClient } from '../../support/wire/http-client.ts'

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

test('MSG-9 MSG-17 a server without messages refuses them', async () => {
  const { base } = await startHttpDaemon(ends)
  const alice = await httpClient(base, 'alice')
  expect(await alice.get('/api/messages/voice')).toMatchObject({
    ...{ status: 400, body: { error: 'not_negotiated', message: 'This server has no text messages' } },
  })
})
