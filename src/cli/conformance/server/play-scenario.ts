import { encodeFrame, LENGTH_BYTES, TYPE_BYTES } from '../../../protocol/framing/frame.ts'
import { messageTable } from '../../../protocol/message-table.ts'
import { toBuffer } from '../scenarios/bytes.ts'
import { findFault } from '../scenarios/check-message.ts'
import { describe, type Received } from '../scenarios/received.ts'
import type { Scenario, Sent, Step } from '../scenarios/schema.ts'
import { StepFailure } from '../scenarios/step-failure.ts'
import type { ScenarioValues } from '../scenarios/values.ts'
import { describeStep } from './describe-step.ts'
import { Cast } from './cast.ts'
import type { Connect } from './connect.ts'
import { endSessions } from './end-sessions.ts'
import { registeredBy } from './registrations.ts'
import { SimulatedClient } from './simulated-client.ts'

export interface PlayOptions {
  readonly open: Connect
  /** How long a message may be missing before the scenario fails. */
  readonly deadlineMs?: number
  /** Those of WELCOME. */
  readonly limits?: Readonly<Record<string, unknown>>
  /** Users of scenarios before, whose accounts are used again. */
  readonly cast?: Cast
  /** Is shown what each client sends, and what it gets. */
  readonly sent?: (bytes: Buffer) => void
  readonly came?: (received: Received) => void
}

/** Where a scenario failed. `step` counts from 1; 0 is before the first. */
export class ScenarioFailure extends Error {
  readonly step: number
  readonly doing: string
  readonly expected: string
  readonly got: string

  constructor(step: number, doing: string, { expected, got }: StepFailure) {
    super(`step ${step}, ${doing}: expected ${expected}; came ${got}`)
    this.name = 'ScenarioFailure'
    this.step = step
    this.doing = doing
    this.expected = expected
    this.got = got
  }
}

const DEADLINE_MS = 20_000

/** Plays a scenario of conformance/vectors against a server; rejects with a ScenarioFailure at the first step that fails. */
export async function playScenario(scenario: Scenario, options: PlayOptions): Promise<void> {
  const run = new Run(options)
  try {
    await at(0, 'logging in', async () => {
      for (const name of scenario.logged_in ?? []) await run.logIn(name)
      await run.forgetUpdates()
    })
    for (const [index, step] of scenario.steps.entries())
      await at(index + 1, describeStep(step), () => run.take(step))
    await at(scenario.steps.length + 1, 'the end', () => run.expectNothingUnread())
    if (options.cast !== undefined) await at(scenario.steps.length + 1, 'logging out', () => run.leave())
  } finally {
    await run.close()
  }
}

async function at(step: number, doing: string, take: () => Promise<void>): Promise<void> {
  try {
    await take()
  } catch (error) {
    const failure =
      error instanceof StepFailure
        ? error
        : new StepFailure('what the step says', error instanceof Error ? error.message : String(error))
    throw new ScenarioFailure(step, doing, failure)
  }
}

class Run {
  readonly #options: PlayOptions
  readonly #cast: Cast
  readonly #values: ScenarioValues
  /** Users of the cast that take part. */
  readonly #words = new Set<string>()
  /** By name, the latest of each. */
  readonly #clients = new Map<string, SimulatedClient>()
  readonly #opened: SimulatedClient[] = []

  constructor(options: PlayOptions) {
    this.#options = options
    this.#cast = options.cast ?? new Cast()
    this.#values = this.#cast.values()
    for (const [name, limit] of Object.entries(options.limits ?? {}))
      this.#values.set(`limits.${name}`, limit)
  }

  async logIn(name: string): Promise<void> {
    const credentials = { username: `{{${name}.name}}`, password_hash: this.#cast.passwordOf(name) }
    const good = { success: true, username: `{{${name}.name}}` }
    await this.take({ client: name, connect: true })
    await this.take({ client: name, send: { type: '03', json: credentials } })
    await this.take({
      client: name,
      expect: { type: '04', json: good, capture: { [`${name}.id`]: 'user_id' } },
    })
    await this.take({ client: name, send: { type: '01', json: credentials } })
    await this.take({ client: name, expect: { type: '02', json: good } })
  }

  async take(step: Step): Promise<void> {
    if ('connect' in step) {
      await this.#connect(step.client)
      return
    }
    const client = this.#client(step.client)
    if ('send' in step) {
      const registered = registeredBy(step)
      if (registered !== undefined && this.#knows(registered, client)) return
      const all = Array.isArray(step.send) ? step.send : [step.send]
      const bytes = Buffer.concat(all.map((sent) => this.#bytes(sent)))
      this.#options.sent?.(bytes)
      await client.send(bytes, step.split)
    } else if ('expect' in step) {
      const type = Number.parseInt(step.expect.type, 16)
      const received = await client.next(type).catch((error: unknown) => {
        throw new StepFailure(describeStep(step), error instanceof Error ? error.message : String(error))
      })
      const fault = findFault(received, type, step.expect, this.#values)
      if (fault !== undefined) throw new StepFailure(fault, describe(received))
    } else if ('expect_nothing' in step) {
      await this.#settleAll(client)
      nothing('no message', client.unread)
    } else if ('expect_no_update' in step) {
      await this.#settleAll(client)
      nothing('no USER_STATE_UPDATE', client.unreadUpdates)
    } else if ('expect_close' in step) {
      await client.untilClosed()
      nothing('no message before the end of the connection', client.unread)
    } else if ('finish' in step) {
      client.finish()
    } else {
      step.close satisfies true
      await client.close()
    }
  }

  /** What is left of the logins. */
  async forgetUpdates(): Promise<void> {
    await this.#settleAll()
    for (const client of this.#clients.values()) client.forgetUpdates()
  }

  async expectNothingUnread(): Promise<void> {
    await this.#settleAll()
    for (const [name, { unread }] of this.#clients) nothing(`nothing further for ${name}`, unread)
  }

  /** Leaves no session behind for the next scenario of this cast. */
  async leave(): Promise<void> {
    await endSessions(this.#opened, [...this.#words], this.#cast, this.#options.open)
  }

  async close(): Promise<void> {
    for (const client of this.#opened) await client.close()
  }

  async #connect(name: string): Promise<void> {
    const { open, deadlineMs = DEADLINE_MS, came = () => undefined } = this.#options
    const client = new SimulatedClient(await open(), {
      deadlineMs,
      isOurs: this.#cast.isOurs,
      came: (received) => {
        const { success, username, user_id } = received.payload
        const registered = received.type === messageTable.REGISTER_RESPONSE.code && success === true
        if (registered && typeof username === 'string' && typeof user_id === 'string')
          this.#cast.hasAccount(username, user_id)
        came(received)
      },
    })
    this.#opened.push(client)
    this.#clients.set(name, client)
  }

  /** Whether the user has an account of an earlier scenario; then its registration is answered as it was. */
  #knows(word: string, client: SimulatedClient): boolean {
    this.#words.add(word)
    const user_id = this.#cast.idOf(word)
    if (user_id === undefined) return false
    const payload = { success: true, user_id, username: this.#cast.nameOf(word) }
    client.put({ type: messageTable.REGISTER_RESPONSE.code, text: JSON.stringify(payload), payload })
    return true
  }

  #client(name: string): SimulatedClient {
    const client = this.#clients.get(name)
    if (client === undefined) throw new Error(`${name} is not connected`)
    return client
  }

  /** Everybody else first, `last` at the end: what they caused it to get has then come. */
  async #settleAll(last?: SimulatedClient): Promise<void> {
    for (const client of this.#clients.values()) if (client !== last) await client.settle()
    await last?.settle()
    if (last?.closed === true) throw new StepFailure('an open connection', 'the end of the connection')
  }

  #bytes(sent: Sent): Buffer {
    if ('hex' in sent) return toBuffer(sent.hex)
    const type = Number.parseInt(sent.type, 16)
    if ('json' in sent) return encodeFrame(type, JSON.stringify(this.#values.fill(sent.json)))
    return frameOf(type, Buffer.from(this.#values.fillText(sent.text)))
  }
}

/** A frame of any size, also one that is too large. */
function frameOf(type: number, payload: Buffer): Buffer {
  const header = Buffer.alloc(LENGTH_BYTES + TYPE_BYTES)
  header.writeUInt32BE(TYPE_BYTES + payload.length, 0)
  header.writeUInt8(type, LENGTH_BYTES)
  return Buffer.concat([header, payload])
}

function nothing(expected: string, unread: readonly Received[]): void {
  if (unread.length > 0) throw new StepFailure(expected, unread.map(describe).join(', '))
}
