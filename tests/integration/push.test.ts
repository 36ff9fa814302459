import { expect, test } from 'vitest'
import { endsAfterEach } from '../support/ends.ts'
import { startHttpDaemon } from '../support/house/http-daemon.ts'
import { readMetrics } from '../support/metrics.ts'
import { startPushService } from '../support/push/push-service.ts'
import { startHookReceiver } from '../support/webhooks/hook-receiver.ts'
import { T } from '../support/wire/wire.ts'
import { unlessSplit } from '../support/nodes/unless-on-nodes.ts'

const ends = endsAfterEach()

type Start = Awaited<ReturnType<typeof startHttpDaemon>>

async function logIn({ connect }: Start, username: string, capabilities: readonly string[] = []) {
  const client = connect()
  client.send(T.HELLO, { protocol: 1, client: 'test', capabilities })
  client.send(T.REGISTER_REQUEST, { username, password_hash: 'pw' })
  client.send(T.LOGIN_REQUEST, { username, password_hash: 'pw' })
  const login = await client.next(T.LOGIN_RESPONSE)
  return { client, id: String(login.payload['user_id']) }
}

unlessSplit('figures')(
  'PUSH-5 PUSH-7 PUSH-12 a sleeping device is woken for a call and answers it',
  async () => {
    const rig = await startPushService(ends, { tls: false })
    const start = await startHttpDaemon(ends, {
      push: { enabled: true, contact: 'mailto:admin@example.org', allowed_hosts: [rig.host] },
    })
    const bob = await logIn(start, 'bob', ['push'])
    bob.client.send(T.PUSH_SUBSCRIBE, rig.subscribe('phone'))
    expect((await bob.client.next(T.PUSH_STATE)).payload).toEqual({ subscriptions: 1 })
    bob.client.send(T.LOGOUT_REQUEST, {})
    await bob.client.next(T.LOGOUT_RESPONSE)
    const alice = await logIn(start, 'alice', ['call_control'])
    alice.client.send(T.CALL_REQUEST, { to_user_id: bob.id })
    const { call_id } = (await alice.client.next(T.RINGING)).payload
    await expect.poll(() => rig.delivered.map(({ told }) => told)).toMatchObject([{ type: 'call', call_id }])
    const phone = await logIn(start, 'bob')
    expect((await phone.client.next(T.CALL_NOTIFICATION)).payload).toMatchObject({ call_id })
    phone.client.send(T.CALL_RESPONSE, { call_id, accepted: true })
    await alice.client.next(T.CALL_ACCEPTED)
    await expect
      .poll(() => rig.delivered.at(-1)?.told)
      .toMatchObject({ type: 'call_over', outcome: 'answered' })
    await expect
      .poll(async () => (await readMetrics(start.daemon.metrics)).get('pushes_total{result="delivered"}'))
      .toBe(2)
  },
)

test('PUSH-11 PUSH-12 another program wakes anybody, and without push nobody agrees on it', async () => {
  const receiver = await startHookReceiver(ends)
  const secret = 'a secret of thirty-two letters or more'
  const start = await startHttpDaemon(ends, {
    webhooks: { endpoints: [{ url: receiver.url, secret, events: ['push.call', 'push.call_over'] }] },
  })
  const bob = await logIn(start, 'bob')
  bob.client.send(T.PUSH_KEY, {})
  expect((await bob.client.next(T.ERROR)).payload).toMatchObject({ reason: 'not_negotiated' })
  bob.client.send(T.LOGOUT_REQUEST, {})
  await bob.client.next(T.LOGOUT_RESPONSE)
  const alice = await logIn(start, 'alice', ['call_control', 'push'])
  alice.client.send(T.CALL_REQUEST, { to_user_id: bob.id })
  const { call_id } = (await alice.client.next(T.RINGING)).payload
  alice.client.send(T.HANGUP, { call_id })
  await expect.poll(receiver.types).toEqual(['push.call', 'push.call_over'])
  const data = { user_id: bob.id, call_id, from_user_id: alice.id, from_username: 'alice' }
  expect(receiver.requests.map(({ event }) => event.data)).toMatchObject([
    { ...data, type: 'call', expires_at: expect.any(Number) },
    { ...data, type: 'call_over', outcome: 'missed' },
  ])
})
