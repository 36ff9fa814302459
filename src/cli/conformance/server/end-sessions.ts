import { encodeMessage } from '../../../protocol/codec/encode-message.ts'
import type { Cast } from './cast.ts'
import type { Connect } from './connect.ts'
import { SimulatedClient } from './simulated-client.ts'

const DEADLINE_MS = 10_000

/** Logs the users of a scenario out: on their connections, and where a session may wait for its client by a login anew. */
export async function endSessions(
  clients: readonly SimulatedClient[],
  words: readonly string[],
  cast: Cast,
  open: Connect,
): Promise<void> {
  for (const client of clients) if (!client.closed) await logOut(client).catch(() => undefined)
  if (!clients.some(({ saidHello, closed }) => saidHello && closed)) return
  for (const word of words) {
    const surroundings = { deadlineMs: DEADLINE_MS, isOurs: cast.isOurs, came: () => undefined }
    const client = new SimulatedClient(await open(), surroundings)
    const credentials = { username: cast.nameOf(word), password_hash: cast.passwordOf(word) }
    try {
      await client.send(encodeMessage({ type: 'LOGIN_REQUEST', payload: credentials }))
      await logOut(client)
    } finally {
      await client.close()
    }
  }
}

/** Whether it was logged in or not. */
async function logOut(client: SimulatedClient): Promise<void> {
  await client.send(encodeMessage({ type: 'LOGOUT_REQUEST', payload: {} }))
  await client.settle()
}
