import { expect, test } from 'vitest'
import { endsAfterEach } from '../support/ends.ts'
import { startHttpDaemon } from '../support/house/http-daemon.ts'
import { readMetrics } from '../support/metrics.ts'
import { httpClient } from '../support/wire/http-client.ts'
import { startHookReceiver } from '../support/webhooks/hook-receiver.ts'
import { unlessSplit } from '../support/nodes/unless-on-nodes.ts'

const SECRET = 'a secret of thirty-two letters or more'
const ends = endsAfterEach()

unlessSplit('figures')('HOOK-1 HOOK-6 HOOK-10 a daemon tells of a message once, and counts it', async () => {
  const { url, requests } = await startHookReceiver(ends)
  const { base, daemon } = await startHttpDaemon(ends, {
    messages: { enabled: true },
    webhooks: { endpoints: [{ url, secret: SECRET }] },
  })
  const [alice, bob] = [await httpClient(base, 'alice'), await httpClient(base, 'bob')]
  const id = [alice.userId, bob.userId].toSorted().join('|')
  const path = `/api/messages/${encodeURIComponent(id)}`
  const sent = await alice.post(path, { text: 'not told', client_id: 'one' })
  await alice.post(path, { text: 'another', client_id: 'two' })
  await expect.poll(() => requests.length).toBe(2)
  const [first] = requests
  expect(first?.event).toMatchObject({ id: sent.body['message_id'], type: 'message.sent' })
  expect(first?.headers['webhook-id']).toBe(sent.body['message_id'])
  expect(JSON.stringify(requests)).not.toContain('not told')
  await expect
    .poll(async () => (await readMetrics(daemon.metrics)).get('webhook_events_total{result="delivered"}'))
    .toBe(2)
})

test('HOOK-10 without endpoints there are no metrics of webhooks', async () => {
  const { daemon } = await startHttpDaemon(ends)
  const names = [...(await readMetrics(daemon.metrics)).keys()]
  expect(names.filter((name) => name.startsWith('webhook'))).toEqual([])
})
