import { describe, expect, test } from 'vitest'
import { configSchema } from '../../../src/config/schema.ts'
import { publicSettings } from '../../../src/daemon/settings.ts'
import { createHouse, type HouseClient } from '../../support/house/house.ts'
import { T } from '../../support/wire/wire.ts'

const ALL = ['resume', 'call_control', 'ice_servers', 'goaway', 'account', 'rooms', 'history', 'devices']

const hello = (fields: object = {}) => ({ protocol: 1, client: 'desk 3.1', capabilities: ALL, ...fields })

async function agreed(client: HouseClient, capabilities: readonly string[]): Promise<unknown> {
  await client.send(T.HELLO, hello({ capabilities }))
  return client.take(T.WELCOME)[0]?.payload['capabilities']
}

const logIn = (client: HouseClient) =>
  client.send(T.LOGIN_REQUEST, { username: 'alice', password_hash: 'pw' })

describe('HELLO', () => {
  test('HELLO-1 REQ-1 is answered by WELCOME with protocol, server, what was agreed on, and limits', async () => {
    const client = createHouse().connect()
    await client.send(T.HELLO, hello({ request_id: 'h1' }))
    const [welcome] = client.take()
    expect(welcome?.type).toBe(T.WELCOME)
    expect(Object.keys(welcome?.payload ?? {})).toEqual([
      'protocol',
      'server',
      'capabilities',
      'limits',
      'request_id',
    ])
    expect(welcome?.payload).toMatchObject({
      protocol: 1,
      server: expect.stringMatching(/^roomrtc-server\/\d+\.\d+\.\d+/),
      capabilities: ALL,
      request_id: 'h1',
    })
    expect(client.take()).toEqual([])
  })

  test.each([
    ['none', [], []],
    ['all', ALL, ALL],
    ['all, the other way round', ALL.toReversed(), ALL],
    ['some, in an order of their own', ['goaway', 'resume'], ['resume', 'goaway']],
    ['one, several times', ['ice_servers', 'ice_servers'], ['ice_servers']],
  ])('HELLO-1 who wants %s gets them in the order of the table', async (_how, wanted, got) => {
    expect(await agreed(createHouse().connect(), wanted)).toEqual(got)
  })

  test('HELLO-2 capabilities that the server does not know are passed over', async () => {
    const strange = ['Rooms', '', 'Resume', 'resume ', '__proto__', 'constructor', 'toString', 'x'.repeat(64)]
    expect(await agreed(createHouse().connect(), strange)).toEqual([])
    expect(await agreed(createHouse().connect(), [...strange, 'resume'])).toEqual(['resume'])
  })

  test('ROOM-14 whose server it is stands in WELCOME where the operator has set it', async () => {
    const config = configSchema.parse({
      server: { name: 'techial.example.com', icon_url: 'https://techial.example.com/icon.png' },
    })
    expect(publicSettings(config).info).toEqual({
      name: 'techial.example.com',
      icon_url: 'https://techial.example.com/icon.png',
      registration: 'open',
    })
    const client = createHouse({ info: publicSettings(config).info }).connect()
    await client.send(T.HELLO, hello())
    expect(client.take(T.WELCOME)[0]?.payload['server_info']).toEqual({
      name: 'techial.example.com',
      icon_url: 'https://techial.example.com/icon.png',
      registration: 'open',
    })
  })

  test('HELLO-1 limits are those that the operator set', async () => {
    const config = configSchema.parse({
      limits: {
        max_frame_bytes: 65_536,
        max_frame_bytes_before_login: 20_000,
        login_timeout_ms: 11,
        frame_timeout_ms: 12,
      },
      heartbeat: { interval_ms: 13 },
      security: { session_timeout_secs: 14, max_requests_per_minute: 20 },
      rate_limits: { calls_per_minute: 21 },
      presence: { max_watched: 22 },
      calls: { ring_timeout_ms: 15 },
      resume: { window_ms: 16, max_outbox_frames: 17, max_outbox_bytes: 18_000, max_failed_per_minute: 19 },
    })
    const client = createHouse({ limits: publicSettings(config).limits }).connect()
    await client.send(T.HELLO, hello())
    expect(client.take(T.WELCOME)[0]?.payload['limits']).toEqual({
      max_frame_bytes: 65_536,
      max_frame_bytes_before_login: 20_000,
      max_relayed_payload_bytes: 65_535,
      max_call_payload_bytes: 65_535,
      max_metadata_bytes: 2048,
      login_timeout_ms: 11,
      frame_timeout_ms: 12,
      heartbeat_interval_ms: 13,
      session_timeout_ms: 14_000,
      ring_timeout_ms: 15,
      resume_window_ms: 16,
      max_outbox_frames: 17,
      max_outbox_bytes: 18_000,
      max_watched: 22,
      max_requests_per_minute: 20,
      max_signals_per_minute: 1200,
      max_calls_per_minute: 21,
      max_failed_resumes_per_minute: 19,
    })
  })

  test('HELLO-1 WIRE-4 WIRE-12 limits of a server with the defaults', async () => {
    const client = createHouse().connect()
    await client.send(T.HELLO, hello())
    expect(client.take(T.WELCOME)[0]?.payload['limits']).toMatchObject({
      max_frame_bytes: 1_048_576,
      max_relayed_payload_bytes: 1_048_320,
      resume_window_ms: 60_000,
    })
  })

  test.each([
    ['a name of 128 characters', { client: 'x'.repeat(128) }],
    ['a name of 128 characters of four bytes each', { client: '😀'.repeat(128) }],
    ['an empty name', { client: '' }],
    ['64 capabilities of 64 characters', { capabilities: Array<string>(64).fill('x'.repeat(64)) }],
  ])('HELLO-1 %s is taken', async (_what, fields) => {
    const client = createHouse().connect()
    await client.send(T.HELLO, hello(fields))
    expect(client.take(T.WELCOME)).toHaveLength(1)
  })

  test.each([
    ['a name of 129 characters', { client: 'x'.repeat(129) }, 'client'],
    ['no name', { client: undefined }, 'client'],
    ['65 capabilities', { capabilities: Array<string>(65).fill('x') }, 'capabilities'],
    ['a capability of 65 characters', { capabilities: ['x'.repeat(65)] }, 'capabilities.0'],
    ['a capability that is no string', { capabilities: ['resume', 1] }, 'capabilities.1'],
    ['capabilities that are no array', { capabilities: { resume: true } }, 'capabilities'],
    ['no capabilities', { capabilities: undefined }, 'capabilities'],
    ['no protocol', { protocol: undefined }, 'protocol'],
    ['a protocol that is a string', { protocol: '1' }, 'protocol'],
    ['a protocol that is no whole number', { protocol: 1.5 }, 'protocol'],
  ])('HELLO-1 WIRE-7 %s is refused, and a good HELLO may follow', async (_what, fields, named) => {
    const client = createHouse().connect()
    await client.send(T.HELLO, hello({ ...fields, request_id: 'h' }))
    expect(client.seen()).toEqual([
      [
        T.ERROR,
        {
          code: 400,
          message: expect.stringContaining(`HELLO: "${named}"`),
          reason: 'invalid_field',
          in_reply_to: T.HELLO,
          request_id: 'h',
        },
      ],
    ])
    expect(await agreed(client, ['resume'])).toEqual(['resume'])
  })

  test.each([0, 2, -1, Number.MAX_SAFE_INTEGER])(
    'HELLO-2 protocol %d is not spoken: the client is told which are, and may say HELLO again',
    async (protocol) => {
      const client = createHouse().connect()
      await client.send(T.HELLO, hello({ protocol, request_id: 'h' }))
      const [error] = client.take()
      expect(error?.payload).toMatchObject({
        code: 400,
        reason: 'unsupported_protocol',
        in_reply_to: T.HELLO,
      })
      expect(Object.entries(error?.payload ?? {}).slice(-2)).toEqual([
        ['supported_protocols', [1]],
        ['request_id', 'h'],
      ])
      expect(client.ended).toBe(false)
      expect(await agreed(client, ['goaway'])).toEqual(['goaway'])
    },
  )

  test('HELLO-2 after WELCOME another HELLO may follow, and the last one counts', async () => {
    const house = createHouse()
    const client = await house.logIn('alice')
    await client.send(T.LOGOUT_REQUEST, {})
    await agreed(client, ['resume', 'ice_servers'])
    expect(await agreed(client, ['call_control'])).toEqual(['call_control'])
    client.take()
    await logIn(client)
    expect(client.seen()).toEqual([
      [T.LOGIN_RESPONSE, { success: true, user_id: client.userId, username: 'alice' }],
    ])
  })

  test('HELLO-2 a HELLO that is refused leaves what was agreed on before', async () => {
    const house = createHouse()
    await (await house.logIn('alice')).drop()
    const client = house.connect()
    await agreed(client, ['resume'])
    await client.send(T.HELLO, hello({ protocol: 2, capabilities: [] }))
    client.take()
    await logIn(client)
    expect(client.take(T.LOGIN_RESPONSE)[0]?.payload).toHaveProperty('session_token')
  })

  test.each([['with HELLO', ALL] as const, ['without HELLO', undefined] as const])(
    'HELLO-2 once logged in, %s, it is too late, and after LOGOUT_REQUEST it is not',
    async (_how, capabilities) => {
      const house = createHouse()
      const client = await house.logIn('alice', capabilities)
      client.take()
      await client.send(T.HELLO, hello({ capabilities: [], request_id: 'h' }))
      expect(client.seen()).toEqual([
        [
          T.ERROR,
          {
            code: 400,
            message: 'HELLO comes before the login',
            reason: 'hello_too_late',
            in_reply_to: T.HELLO,
            request_id: 'h',
          },
        ],
      ])
      await client.send(T.LOGOUT_REQUEST, {})
      client.take()
      expect(await agreed(client, ['resume'])).toEqual(['resume'])
      await logIn(client)
      expect(client.take(T.LOGIN_RESPONSE)[0]?.payload).toHaveProperty('session_token')
    },
  )

  test('HELLO-2 TIME-1 HELLO alone does not say who the client is: it is ended like one that says nothing', async () => {
    const house = createHouse()
    const client = house.connect()
    await house.pass(9999)
    await client.send(T.HELLO, hello())
    client.take()
    expect(client.ended).toBe(false)
    await house.pass(1)
    expect(client.seen()).toMatchObject([[T.ERROR, { code: 408, reason: 'login_timeout' }]])
    expect(client.ended).toBe(true)
  })
})
