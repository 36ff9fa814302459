import { afterEach, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { type MessageDefinition, messageTable } from '../../src/protocol/message-table.ts'
import { settled } from '../support/house/house.ts'
import { createTrio, type Trio } from '../support/house/trio.ts'
import { T } from '../support/wire/wire.ts'
import { receive } from './receive.ts'
import { signals } from './signals.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

/** How often the server reads JSON, and how often it checks anything against a message's schema, from now on. */
function countParses({ alice, bob, carol }: Trio) {
  const definitions = Object.values<MessageDefinition>(messageTable)
  const checks = definitions
    .flatMap(({ client, server }): (z.core.$ZodType | undefined)[] => [client?.schema, server?.schema])
    .filter((schema) => schema !== undefined)
    // A message in one of two forms is checked against that one.
    .flatMap((schema) => [schema, ...formsOf(schema)])
    .map((schema) => vi.spyOn(schema._zod, 'run'))
  const json = vi.spyOn(JSON, 'parse')
  return () => {
    // The clients, too, read each message that they get, once.
    const byClients = [alice, bob, carol].flatMap((client) => client.take()).length
    return {
      json: json.mock.calls.length - byClients,
      checks: checks.reduce((sum, { mock }) => sum + mock.calls.length, 0),
    }
  }
}

function formsOf(schema: z.core.$ZodType): readonly z.core.$ZodType[] {
  return schema instanceof z.core.$ZodUnion ? schema._zod.def.options : []
}

const CAPABILITIES = ['call_control', 'resume']

test.each([
  ['HEARTBEAT', () => ({ timestamp: 1 })],
  ['USER_LIST_REQUEST', () => ({ limit: 10 })],
  ['LOGIN_REQUEST', () => ({ username: 'alice', password_hash: 'pw' })],
  ['LOGIN_REQUEST', () => ({ token: 'no token' })],
  ['REGISTER_REQUEST', () => ({ username: 'dave', password_hash: 'pw' })],
  ['CALL_REQUEST', ({ carol }: Trio) => ({ to_user_id: carol.userId })],
  ['CALL_UPDATE', (_: Trio, call_id: string) => ({ call_id, on_hold: true })],
  ['HANGUP', (_: Trio, call_id: string) => ({ call_id })],
  ['LOGOUT_REQUEST', () => ({})],
] as const)('BENCH-8 %s is read once and checked once', async (type, ask) => {
  const trio = await createTrio({ ofAlice: CAPABILITIES, ofBob: CAPABILITIES })
  const asked = ask(trio, await trio.connect())
  const parses = countParses(trio)
  await receive(trio.alice, T[type], asked)
  await settled()
  expect(parses()).toEqual({ json: 1, checks: 1 })
})

test.each([
  ['a client of v1', undefined],
  ['one that can resume', CAPABILITIES],
])(
  'BENCH-8 to %s, a signal that can be passed on as it is is never read, and any other once',
  async (_who, ofBob) => {
    const trio = await createTrio({ ofBob })
    const call_id = await trio.connect()
    for (const { type, verbatim, anew } of signals(call_id, trio)) {
      for (const [signal, times] of [
        [verbatim, 0],
        [anew, 1],
      ] as const) {
        const parses = countParses(trio)
        void receive(trio.alice, type, signal)
        expect(trio.bob.lastFrame?.readUInt8(4)).toBe(type)
        expect(parses()).toEqual({ json: times, checks: times })
        vi.restoreAllMocks()
      }
    }
  },
)
