import { z } from 'zod'
import { PASSWORD, userId, userName, waitingToken } from '../../shared/users.ts'
import { T } from '../../shared/wire.ts'
import { type Address, Client } from './client.ts'
import { AT_A_TIME, eachOf, type Member } from './crowd.ts'

/** Somebody who can come back after a cut. */
export interface Resumable {
  readonly username: string
  readonly client: Client
  readonly token: string
}

const loggedIn = z.object({ success: z.literal(true), session_token: z.string() })
const resumed = z.object({ username: z.string(), session_token: z.string(), call: z.null() })

/** All at once; rejects if a single one does not get in. */
export function logInResumable(address: Address, from: number, count: number): Promise<Resumable[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const username = userName(from + i)
      const client = await greet(address)
      client.send(T.LOGIN_REQUEST, { username, password_hash: PASSWORD })
      const { session_token: token } = loggedIn.parse(await client.next(T.LOGIN_RESPONSE))
      return { username, client, token }
    }),
  )
}

/** All at once, after they were cut; rejects if a single session is lost, or is another's. */
export function resumeAll(address: Address, crowd: readonly Resumable[]): Promise<Resumable[]> {
  return Promise.all(
    crowd.map(async ({ username, token }) => {
      const client = await greet(address)
      client.send(T.RESUME, { session_token: token, last_seq: 0 })
      const answer = resumed.parse(await client.next(T.RESUMED))
      if (answer.username !== username) throw new Error(`${username} got the session of ${answer.username}`)
      return { username, client, token: answer.session_token }
    }),
  )
}

/** Those whose sessions have waited for them since before the server was there. */
export function resumeWaiting(address: Address, from: number, count: number): Promise<Member[]> {
  return eachOf(count, AT_A_TIME, async (i) => {
    const n = from + i
    const client = await greet(address, ['resume', 'rooms'])
    client.send(T.RESUME, { session_token: waitingToken(n), last_seq: 0 })
    await client.next(T.RESUMED)
    return { n, client, userId: userId(n) }
  })
}

async function greet(address: Address, capabilities = ['resume']): Promise<Client> {
  const client = await Client.connect(address)
  client.send(T.HELLO, { protocol: 1, client: 'bench', capabilities })
  return client
}
