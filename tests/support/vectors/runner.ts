import { once } from 'node:events'
import { connect } from 'node:net'
import type { Duplex } from 'node:stream'
import { isDeepStrictEqual } from 'node:util'
import { VectorClient } from './client.ts'
import { type Expected, type Scenario, type Sent, type Step, toBuffer } from './schema.ts'
import { VectorValues } from './values.ts'
import { frame, type Received, T } from '../wire/wire.ts'

/** Opens what carries the frames of one client. */
export type Connect = () => Promise<Duplex>

export function overTcp(port: number): Connect {
  return async () => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    await once(socket, 'connect')
    return socket
  }
}

/** Plays a scenario of tests/vectors against a server; rejects at the first step that fails. */
export async function runScenario(scenario: Scenario, open: Connect): Promise<void> {
  const run = new Run(open)
  try {
    for (const name of scenario.logged_in ?? []) await run.logIn(name)
    await run.forgetUpdates()
    for (const [at, step] of scenario.steps.entries()) {
      await run.take(step).catch((error: unknown) => {
        throw new Error(`step ${at + 1}, ${JSON.stringify(step)}: ${text(error)}`, { cause: error })
      })
    }
    await run.expectNothingUnread()
  } finally {
    await run.close()
  }
}

class Run {
  readonly #open: Connect
  readonly #values = new VectorValues()
  readonly #clients = new Map<string, VectorClient>()

  constructor(open: Connect) {
    this.#open = open
  }

  async logIn(name: string): Promise<void> {
    const credentials = { username: `{{${name}.name}}`, password_hash: `secret of ${name}` }
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
      const all = Array.isArray(step.send) ? step.send : [step.send]
      await client.send(Buffer.concat(all.map((sent) => this.#bytes(sent))), step.split)
    } else if ('expect' in step) {
      this.#check(await client.next(Number.parseInt(step.expect.type, 16)), step.expect)
    } else if ('expect_nothing' in step) {
      await this.#settleAll(client)
      if (client.unread.length > 0) throw new Error(`got ${list(client.unread)}`)
    } else if ('expect_no_update' in step) {
      await this.#settleAll(client)
      if (client.unreadUpdates.length > 0) throw new Error(`got ${list(client.unreadUpdates)}`)
    } else if ('expect_close' in step) {
      await client.untilClosed()
      if (client.unread.length > 0) throw new Error(`got ${list(client.unread)} before the end`)
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
    for (const [name, { unread }] of this.#clients) {
      if (unread.length > 0) throw new Error(`${name} has got more than was expected: ${list(unread)}`)
    }
  }

  async close(): Promise<void> {
    for (const client of this.#clients.values()) await client.close()
  }

  async #connect(name: string): Promise<void> {
    this.#clients.set(name, new VectorClient(await this.#open(), this.#values.isOurs))
  }

  #client(name: string): VectorClient {
    const client = this.#clients.get(name)
    if (client === undefined) throw new Error(`${name} is not connected`)
    return client
  }

  /** Everybody else first, `last` at the end: what they caused it to get has then come. */
  async #settleAll(last?: VectorClient): Promise<void> {
    for (const client of this.#clients.values()) if (client !== last) await client.settle()
    await last?.settle()
    if (last?.closed === true) throw new Error('the connection ended')
  }

  #bytes(sent: Sent): Buffer {
    if ('hex' in sent) return toBuffer(sent.hex)
    const payload =
      'text' in sent ? this.#values.fillText(sent.text) : JSON.stringify(this.#values.fill(sent.json))
    return frame(Number.parseInt(sent.type, 16), payload)
  }

  #check(got: Received, wanted: Expected): void {
    const complain = (what: string) => new Error(`${what}; got ${describe(got)}`)
    if (got.type !== Number.parseInt(wanted.type, 16)) throw complain(`wanted type ${wanted.type}`)
    for (const [field, value] of Object.entries(wanted.json ?? {})) {
      const filled = this.#values.fill(value)
      if (!isDeepStrictEqual(got.payload[field], filled))
        throw complain(`wanted ${field} ${JSON.stringify(filled)}`)
    }
    if (wanted.fields !== undefined && !isDeepStrictEqual(Object.keys(got.payload), wanted.fields)) {
      throw complain(`wanted the fields ${wanted.fields.join()}`)
    }
    if (wanted.text !== undefined && got.text !== this.#values.fillText(wanted.text)) {
      throw complain(`wanted ${this.#values.fillText(wanted.text)}`)
    }
    for (const [field, value] of Object.entries(wanted.differs ?? {})) {
      if (isDeepStrictEqual(got.payload[field], this.#values.fill(value)))
        throw complain(`wanted another ${field}`)
    }
    for (const [field, part] of Object.entries(wanted.mentions ?? {})) {
      if (!String(got.payload[field]).includes(this.#values.fillText(part)))
        throw complain(`wanted ${part} within ${field}`)
    }
    for (const [field, items] of Object.entries(wanted.includes ?? {})) {
      const array: unknown = got.payload[field]
      for (const item of items.map((unfilled) => this.#values.fill(unfilled))) {
        const found = Array.isArray(array) ? array.filter((one) => isDeepStrictEqual(one, item)) : []
        if (found.length !== 1) throw complain(`wanted ${JSON.stringify(item)} once in ${field}`)
      }
    }
    for (const [field, parts] of Object.entries(wanted.contains ?? {})) {
      const object: unknown = got.payload[field]
      const found = new Map(typeof object === 'object' && object !== null ? Object.entries(object) : [])
      for (const [name, value] of Object.entries(parts)) {
        const filled = this.#values.fill(value)
        if (!isDeepStrictEqual(found.get(name), filled))
          throw complain(`wanted ${name} ${JSON.stringify(filled)} in ${field}`)
      }
    }
    for (const [name, field] of Object.entries(wanted.capture ?? {})) {
      if (!(field in got.payload)) throw complain(`wanted a ${field}`)
      this.#values.set(name, got.payload[field])
    }
  }
}

const NAMES = new Map<number, string>(Object.entries(T).map(([name, code]) => [code, name]))

function describe({ type, text }: Received): string {
  return `${NAMES.get(type) ?? type} ${text.slice(0, 300)}`
}

function list(received: readonly Received[]): string {
  return received.map(describe).join(', ')
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
