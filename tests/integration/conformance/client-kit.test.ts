import { describe, expect, test } from 'vitest'
import { playClientScenario } from '../../../src/cli/conformance/client/play-client-scenario.ts'
import type { Finding } from '../../../src/cli/conformance/report/outcome.ts'
import { type ClientScenario, clientScenario } from '../../../src/cli/conformance/scenarios/client-schema.ts'
import { readScenarioFiles } from '../../../src/cli/conformance/scenarios/files.ts'
import { type Fault, startFaultyProxy } from '../../support/conformance/faulty-proxy.ts'
import {
  type ClientUnderTest,
  type Misdeed,
  startPackageClient,
} from '../../support/conformance/package-client.ts'

const scenarios = readScenarioFiles('client', clientScenario)

interface Trouble {
  readonly misdeeds?: readonly Misdeed[]
  readonly fault?: Omit<Fault, 'fails' | 'title'>
  /** What never comes need not be waited for as long as the scenario would. */
  readonly withinMs?: number
}

/** Plays a scenario for the client, which may misbehave by itself or by what a proxy does to its messages. */
async function play(
  name: string,
  content: ClientScenario,
  { misdeeds, fault, withinMs = Infinity }: Trouble = {},
): Promise<readonly Finding[]> {
  const ends: (() => Promise<void>)[] = []
  let client: ClientUnderTest | undefined
  try {
    return await playClientScenario(name, hurried(content, withinMs), {
      host: '127.0.0.1',
      port: 0,
      deadlineMs: 5000,
      async ready(port) {
        const proxy = fault && (await startFaultyProxy(port, { title: '', fails: ['CLIENT-1'], ...fault }))
        if (proxy !== undefined) ends.push(() => proxy.close())
        const started = startPackageClient(proxy?.port ?? port, new Set(misdeeds))
        ends.push(() => started.close())
        client = started
      },
      tell(deed) {
        client?.do(deed)
      },
    })
  } finally {
    for (const end of ends) await end()
  }
}

function hurried({ steps, ...scenario }: ClientScenario, withinMs: number): ClientScenario {
  return {
    ...scenario,
    steps: steps.map((step) =>
      'within_ms' in step && step.within_ms !== undefined
        ? { ...step, within_ms: Math.min(step.within_ms, withinMs) }
        : step,
    ),
  }
}

test.concurrent.each(scenarios)(
  'KIT-3 the client of this repository does right: $name',
  async ({ name, content }) => {
    const findings = await play(name, content)
    expect(findings.map(({ id, outcome }) => ({ id, outcome }))).toEqual(
      content.id.map((id) => ({ id, outcome: { verdict: 'passed' } })),
    )
  },
)

type Broken = readonly [what: string, scenario: string, id: string, how: Trouble]

const broken: readonly Broken[] = [
  [
    'comes back after it was replaced',
    'session-replaced',
    'CLIENT-21',
    { misdeeds: ['comes back after it was replaced'] },
  ],
  ['doubles after RESUMED', 'drop-in-mid-offer', 'CLIENT-9', { misdeeds: ['doubles after RESUMED'] }],
  ['offers as a callee', 'crossing-calls', 'CLIENT-22', { misdeeds: ['offers as a callee'] }],
  ['waits equally long', 'back-off', 'CLIENT-27', { misdeeds: ['waits equally long'] }],
  [
    'logs in after replaced',
    'resume-refused-replaced',
    'CLIENT-15',
    { misdeeds: ['logs in after replaced'] },
  ],
  ['does not wait after GOAWAY', 'goaway', 'CLIENT-20', { misdeeds: ['does not wait after GOAWAY'] }],
  ['logs in again at once', 'error-login', 'CLIENT-24', { misdeeds: ['logs in again at once'] }],
  ['ends at a refused HELLO', 'error-hello', 'CLIENT-26', { misdeeds: ['ends at a refused HELLO'] }],
  [
    'gives up after a loss',
    'half-a-message',
    'CLIENT-10',
    { misdeeds: ['gives up after a loss'], withinMs: 5000 },
  ],
  [
    'never acknowledges',
    'acknowledges',
    'CLIENT-18',
    { fault: { from: 'client', type: 'HEARTBEAT', do: { drop: 'ack' } } },
  ],
  [
    'sends no HEARTBEAT',
    'silence',
    'CLIENT-16',
    { fault: { from: 'client', type: 'HEARTBEAT', do: { swallow: true } } },
  ],
  [
    'dies of an unknown type',
    'unknown',
    'CLIENT-3',
    { fault: { from: 'server', where: { news: true }, do: { close: true } } },
  ],
  [
    'asks for what it has handled',
    'half-a-message',
    'CLIENT-10',
    { fault: { from: 'client', type: 'RESUME', do: { replace: { last_seq: 0 } } } },
  ],
  [
    'asks with a wrong token',
    'drop-in-mid-offer',
    'CLIENT-7',
    { fault: { from: 'client', type: 'RESUME', do: { replace: { session_token: 'x' } } } },
  ],
  [
    'speaks before RESUMED',
    'drop-in-mid-offer',
    'CLIENT-8',
    { fault: { from: 'client', type: 'RESUME', do: { double: true } } },
  ],
  [
    'repeats nothing',
    'drop-in-mid-offer',
    'CLIENT-9',
    { fault: { from: 'server', type: 'RESUMED', do: { add: { received: 9 } } } },
  ],
  [
    'handles a message twice',
    'message-again',
    'CLIENT-12',
    { fault: { from: 'server', type: 'SDP_OFFER', do: { drop: 'seq' } } },
  ],
  [
    'asks for the login twice',
    'late-answer',
    'CLIENT-6',
    { fault: { from: 'client', type: 'LOGIN_REQUEST', do: { double: true } } },
  ],
  [
    'names another call',
    'joined',
    'CLIENT-2',
    { fault: { from: 'client', type: 'CALL_RESPONSE', do: { replace: { call_id: 'x' } } } },
  ],
  [
    'does not hear that its offer was refused',
    'error-offer',
    'CLIENT-28',
    { fault: { from: 'server', type: 'ERROR', do: { swallow: true } } },
  ],
  [
    'sends its offer again at once',
    'error-offer',
    'CLIENT-28',
    { fault: { from: 'server', type: 'ERROR', do: { replace: { retry_after_ms: 1 } } } },
  ],
  [
    'answers in a call that is over',
    'error-signal',
    'CLIENT-29',
    { fault: { from: 'client', type: 'CALL_RESPONSE', do: { replace: { call_id: 'call-1' } } } },
  ],
  [
    'waits for an offer of who it was handed over to',
    'handed-over',
    'CLIENT-31',
    { misdeeds: ['waits for an offer after a transfer'] },
  ],
  [
    'does not know what it is handed over to',
    'handed-over-too-late',
    'CLIENT-32',
    { fault: { from: 'server', type: 'CALL_ACCEPTED', do: { swallow: true } } },
  ],
  [
    'takes a transfer for its end',
    'transfer-failed',
    'CLIENT-33',
    { fault: { from: 'server', type: 'CALL_TRANSFER', do: { close: true } } },
  ],
  [
    'waits for RESUMED for ever',
    'error-resume',
    'CLIENT-30',
    { fault: { from: 'server', type: 'ERROR', do: { swallow: true } } },
  ],
]

test.concurrent.each(broken)('KIT-4 a client that %s is found by %s: %s', async (_, name, id, how) => {
  const scenario = scenarios.find((one) => one.name === name)
  if (scenario === undefined) throw new Error(`there is no scenario ${name}`)
  const findings = await play(name, scenario.content, how)
  expect(findings.filter(({ outcome }) => outcome.verdict === 'failed').map((one) => one.id)).toEqual([id])
})

describe('KIT-5', () => {
  test('every scenario for clients is one that can be read, and each behaviour has one', () => {
    const ids = new Set(scenarios.flatMap(({ content }) => content.id))
    expect([...ids].toSorted()).toEqual(Array.from({ length: 33 }, (_, at) => `CLIENT-${at + 1}`).toSorted())
  })
})
