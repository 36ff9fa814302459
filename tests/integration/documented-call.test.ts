import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Daemon } from '../../src/daemon/daemon.ts'
import { type CallStep, wholeCall } from '../support/documented-examples.ts'
import { connectRaw, type RawClient } from '../support/wire/raw-client.ts'
import { startTestDaemon } from '../support/house/running-daemon.ts'
import { frame } from '../support/wire/wire.ts'

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g

let daemon: Daemon
const clients = new Map<string, RawClient>()

beforeEach(async () => {
  daemon = await startTestDaemon()
})

afterEach(async () => {
  await Promise.all([...clients.values()].map((client) => client.close()))
  clients.clear()
  await daemon.stop()
})

async function clientOf(party: string): Promise<RawClient> {
  const client = clients.get(party) ?? (await connectRaw(daemon.port))
  clients.set(party, client)
  return client
}

/** The ids of the document and those that this server has given in their place. */
class Ids {
  readonly #given = new Map<string, string>()

  /** The document's words with this server's ids. */
  given(documented: string): string {
    return documented.replaceAll(UUID, (id) => this.#given.get(id) ?? id)
  }

  /** Learns the ids that the document has at the same places. */
  learn(documented: string, received: string): void {
    const there = received.match(UUID) ?? []
    for (const [index, id] of (documented.match(UUID) ?? []).entries()) {
      const given = there[index]
      if (given !== undefined && !this.#given.has(id)) this.#given.set(id, given)
    }
  }
}

async function play({ route, bytes, text }: CallStep, ids: Ids): Promise<void> {
  const type = bytes.readUInt8(4)
  for (const [index, party] of route.entries()) {
    if (party !== 'server') continue
    const [sender, receiver] = [route[index - 1], route[index + 1]]
    // The same bytes but for the ids, which are as long here as there.
    if (sender !== undefined) (await clientOf(sender)).sendBytes(frame(type, ids.given(text)))
    if (receiver === undefined) continue
    const received = await (await clientOf(receiver)).next(type)
    ids.learn(text, received.text)
    expect(received.text).toBe(ids.given(text))
    expect(frame(type, received.text)).toHaveLength(bytes.length)
  }
}

test('CHECK-5 two clients that play the call of PROTOCOL.md get from a real server exactly what stands there', async () => {
  const ids = new Ids()
  for (const step of wholeCall()) await play(step, ids)
  expect([...clients.keys()]).toEqual(['alice', 'bob'])
  for (const client of clients.values()) expect(await client.drain()).toEqual([])
})
