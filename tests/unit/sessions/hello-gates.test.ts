import { describe, expect, test } from 'vitest'
import { createHouse, type HouseClient } from '../../support/house/house.ts'
import { createHouseMessages } from '../../support/house/house-messages.ts'
import { createSfuRecorder } from '../../support/house/sfu-recorder.ts'
import { createHousePush } from '../../support/house/house-push.ts'
import { T } from '../../support/wire/wire.ts'

const ALL = ['resume', 'call_control', 'ice_servers', 'goaway', 'account']

const refusals = (client: HouseClient) => client.take(T.ERROR).map(({ payload }) => payload['reason'])

async function agree(client: HouseClient, capabilities: readonly string[]): Promise<void> {
  await client.hello(capabilities)
  client.take()
}

const GATED = [
  ['RESUME', T.RESUME, { session_token: 'x'.repeat(43), last_seq: 0 }, 'resume'],
  ['CALL_UPDATE', T.CALL_UPDATE, { call_id: 'c', on_hold: true }, 'call_control'],
  ['CALL_ALERTING', T.CALL_ALERTING, { call_id: 'c' }, 'call_control'],
  ['CALL_TRANSFER', T.CALL_TRANSFER, { call_id: 'c', to_user_id: 'u' }, 'call_control'],
  ['ICE_SERVERS_REQUEST', T.ICE_SERVERS_REQUEST, {}, 'ice_servers'],
  ['CHANGE_PASSWORD', T.CHANGE_PASSWORD, { password_hash: 'pw', new_password_hash: 'new' }, 'account'],
  ['WATCH', T.WATCH, { user_ids: ['u'] }, 'watch'],
  ['MESSAGE_SEND', T.MESSAGE_SEND, { to_user_id: 'u', text: 'x', client_id: 'c' }, 'messages'],
  ['SFU_MUTE', T.SFU_MUTE, { room_id: 'voice', user_id: 'u', kind: 'audio', muted: true }, 'sfu'],
  ['SFU_RENEW', T.SFU_RENEW, { room_id: 'voice' }, 'sfu'],
  ['CONVERSATIONS_REQUEST', T.CONVERSATIONS_REQUEST, {}, 'messages'],
  ['PUSH_KEY', T.PUSH_KEY, {}, 'push'],
  ['PUSH_UNSUBSCRIBE', T.PUSH_UNSUBSCRIBE, { endpoint: 'https://example.org/' }, 'push'],
  ['DO_NOT_DISTURB', T.DO_NOT_DISTURB, { on: true }, 'account'],
  ['DELETE_ACCOUNT', T.DELETE_ACCOUNT, { password_hash: 'pw' }, 'account'],
] as const

describe.each(GATED)('HELLO-3 %s', (name, type, payload, needed) => {
  test.each([
    ['without HELLO', undefined],
    ['after HELLO with nothing agreed on', []],
    ['with all other capabilities', ALL.filter((capability) => capability !== needed)],
  ])('%s is refused, logged in or not', async (_how, capabilities) => {
    const house = createHouse()
    const fresh = house.connect()
    if (capabilities !== undefined) await agree(fresh, capabilities)
    for (const client of [fresh, await house.logIn('alice', capabilities)]) {
      client.take()
      await client.send(type, { ...payload, request_id: 'g' })
      expect(client.seen()).toMatchObject([
        [
          T.ERROR,
          {
            code: 400,
            message: `${name} needs the capability "${needed}", to be agreed on in HELLO`,
            reason: 'not_negotiated',
            in_reply_to: type,
            request_id: 'g',
          },
        ],
      ])
      expect(client.ended).toBe(false)
    }
  })

  test('with the capability is looked at', async () => {
    const client = await createHouse({
      messages: createHouseMessages(),
      sfu: createSfuRecorder(),
      push: createHousePush(),
    }).logIn('alice', [needed])
    client.take()
    await client.send(type, payload)
    expect(refusals(client)).not.toContain('not_negotiated')
  })
})

describe('HELLO, whatever was agreed on', () => {
  test.each([
    ['nothing', []],
    ['everything', ALL],
  ])('HELLO-4 with %s: frames may share a record from here on', async (_what, capabilities) => {
    const client = createHouse().connect()
    expect(client.joinsFrames).toBe(false)
    await agree(client, capabilities)
    expect(client.joinsFrames).toBe(true)
  })

  test('HELLO-4 TLS-REC a HELLO that is refused changes nothing', async () => {
    const client = createHouse().connect()
    await client.send(T.HELLO, { protocol: 2, client: 'test', capabilities: ALL })
    await client.send(T.HELLO, { protocol: 1, client: 7, capabilities: ALL })
    expect(client.joinsFrames).toBe(false)
    client.take()
    await client.send(T.CALL_REQUEST, { to_user_id: 'nobody' })
    expect(client.seen().map(([type]) => type)).toEqual([T.ERROR, T.CALL_DECLINED])
  })

  test.each([
    ['nothing', []],
    ['everything', ALL],
  ])(
    'HELLO-4 REQ-3 with %s: a refused CALL_REQUEST is answered by ERROR alone',
    async (_what, capabilities) => {
      const house = createHouse()
      const fresh = house.connect()
      await agree(fresh, capabilities)
      await fresh.send(T.CALL_REQUEST, { to_user_id: 'nobody' })
      expect(refusals(fresh)).toEqual(['login_required'])
      const client = await house.logIn('alice', capabilities)
      client.take()
      await client.send(T.CALL_REQUEST, { to_user_id: client.userId })
      await client.send(T.CALL_REQUEST, { to_user_id: 'nobody' })
      await client.send(T.CALL_REQUEST, {})
      expect(client.seen().map(([type, { reason }]) => [type, reason])).toEqual([
        [T.ERROR, 'cannot_call_self'],
        [T.ERROR, 'user_not_found'],
        [T.ERROR, 'invalid_field'],
      ])
      expect(fresh.take()).toEqual([])
    },
  )
})
