import { setTimeout as after } from 'node:timers/promises'
import { T } from '../../tests/support/wire/wire.ts'
import { accept, EVERYTHING, makeAccount, relay, ring, visit, type Visitor } from './visitor.ts'

/** Two who are in one call all the time, whatever goes on around them. */
export interface Residents {
  readonly names: readonly string[]
  /** Talks on, with a breath in between; rejects when anything of their call is disturbed. */
  talk(): Promise<void>
  /** The users that they see besides themselves and who are not Disconnected. */
  others(): Promise<string[]>
  leave(): Promise<void>
}

const BREATH_MS = 200

export async function moveIn(port: number): Promise<Residents> {
  const names = ['resident 1', 'resident 2']
  for (const name of names) await makeAccount(port, name)
  const one = await visit(port, 'resident 1', EVERYTHING)
  const other = await visit(port, 'resident 2', EVERYTHING)
  const call_id = await ring(one, other)
  await accept(one, other, call_id)
  for (const { client } of [one, other]) await client.drain()
  // What each has of the messages of calls: RINGING and CALL_ACCEPTED, or CALL_NOTIFICATION, and then what is relayed.
  const seq = new Map([
    [one, 2],
    [other, 1],
  ])

  async function say(from: Visitor, to: Visitor): Promise<void> {
    await relay(from, to, call_id, 2)
    const ack = (seq.get(to) ?? 0) + 3
    seq.set(to, ack)
    to.client.send(T.HEARTBEAT, { timestamp: -1, ack })
    const heard = await to.client.drain()
    const disturbing = heard.filter(
      ({ type }) => ![T.HEARTBEAT, T.USER_STATE_UPDATE, T.ICE_SERVERS].some((one) => one === type),
    )
    if (disturbing.length > 0) throw new Error(`the residents were disturbed: ${JSON.stringify(disturbing)}`)
  }

  return {
    names,
    async talk() {
      await say(one, other)
      await say(other, one)
      await after(BREATH_MS)
    },
    async others() {
      one.client.send(T.USER_LIST_REQUEST, {})
      const { text } = await one.client.next(T.USER_LIST_RESPONSE)
      const online = [...text.matchAll(/"username":"([^"]+)","state":"(?:Available|Busy)"/g)]
      return online.map(([, name]) => String(name)).filter((name) => !names.includes(name))
    },
    async leave() {
      await one.client.close()
      await other.client.close()
    },
  }
}
