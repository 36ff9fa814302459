import { pushOf, withPush } from 'roomrtc-client/push'
import { expect, it } from 'vitest'
import { aliceIn } from '../../support/client/fake-client.ts'

const CAPABILITIES = ['resume', 'push']
const endpoint = 'https://push.example.org/1'
const keys = { p256dh: 'point', auth: 'secret' }

it('PKG-92 the capability is asked for by who has the module, and by nobody else', async () => {
  expect(withPush).toContain('push')
  const { client } = await aliceIn({}, CAPABILITIES)
  expect(client.capabilities).not.toContain('push')
  await expect(pushOf(client).key()).rejects.toMatchObject({ code: 'wrong_state' })
})

it('PKG-91 a device asks for the key, says where it can be woken, and takes that back', async () => {
  const { world, client } = await aliceIn({ capabilities: withPush }, CAPABILITIES)
  const push = pushOf(client)
  expect(pushOf(client)).toBe(push)
  const asking = push.key()
  world.line.say('PUSH_KEY', {
    public_key: 'B-key',
    request_id: world.line.takeOne('PUSH_KEY')['request_id'],
  })
  expect(await asking).toBe('B-key')

  // Of a browser's subscription `toJSON` gives more than is asked for.
  const subscribing = push.subscribe(Object.assign({ endpoint, keys }, { expirationTime: null }))
  const { request_id, ...asked } = world.line.takeOne('PUSH_SUBSCRIBE')
  expect(asked).toEqual({ endpoint, keys })
  world.line.say('PUSH_STATE', { subscriptions: 2, request_id })
  expect(await subscribing).toBe(2)

  const leaving = push.unsubscribe(endpoint)
  const { request_id: last, ...taken } = world.line.takeOne('PUSH_UNSUBSCRIBE')
  expect(taken).toEqual({ endpoint })
  world.line.say('PUSH_STATE', { subscriptions: 1, request_id: last })
  expect(await leaving).toBe(1)
})
