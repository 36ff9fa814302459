import { encodeMessage } from '../../../protocol/codec/encode-message.ts'
import { capabilities } from '../../../protocol/capabilities.ts'
import { messageTable } from '../../../protocol/message-table.ts'
import type { Connect } from './connect.ts'
import { SimulatedClient } from './simulated-client.ts'

/** What a server says of itself in WELCOME. */
export interface Offer {
  /** Undefined where it answers HELLO with something else: a server of version 1. */
  readonly server: string | undefined
  readonly capabilities: readonly string[]
  readonly limits: Readonly<Record<string, unknown>>
}

/** Says HELLO with every capability. Rejects where no connection is made, nothing comes, or nobody is let in. */
export async function askForOffer(open: Connect, deadlineMs: number): Promise<Offer> {
  const surroundings = { deadlineMs, isOurs: () => false, came: () => undefined }
  const client = new SimulatedClient(await open(), surroundings)
  try {
    const wanted = { protocol: 1, client: 'conformance kit', capabilities: Object.keys(capabilities) }
    await client.send(encodeMessage({ type: 'HELLO', payload: wanted }))
    const { type, payload } = await client.next(messageTable.WELCOME.code)
    // One that does not know HELLO says what it answers, or as a server of version 1 no reason at all.
    if (typeof payload['reason'] === 'string' && payload['in_reply_to'] === undefined)
      throw new Error(`it says ${payload['reason']}: ${String(payload['message'])}`)
    if (type !== messageTable.WELCOME.code) return { server: undefined, capabilities: [], limits: {} }
    return {
      server: String(payload['server']),
      capabilities: stringsOf(payload['capabilities']),
      limits: fieldsOf(payload['limits']),
    }
  } finally {
    await client.close()
  }
}

function stringsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
