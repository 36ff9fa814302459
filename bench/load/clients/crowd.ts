import { z } from 'zod'
import { PASSWORD, userName } from '../../shared/users.ts'
import { T } from '../../shared/wire.ts'
import { type Address, Client } from './client.ts'

export interface Member {
  /** Which user it is. */
  readonly n: number
  readonly client: Client
  readonly userId: string
}

const loggedIn = z.object({ success: z.literal(true), user_id: z.string() })

/** As many as the daemon hears at once without keeping its one thread for hashes waiting. */
export const AT_A_TIME = 64

/** Connects and logs in users `from` to `from + count`, so many at a time; `resumable`: their sessions outlive a connection. */
export async function logInCrowd(
  address: Address,
  from: number,
  count: number,
  { atATime = AT_A_TIME, resumable = false } = {},
): Promise<Member[]> {
  return eachOf(count, atATime, async (i) => {
    const client = await Client.connect(address)
    if (resumable) client.send(T.HELLO, { protocol: 1, client: 'bench', capabilities: ['resume', 'rooms'] })
    return { n: from + i, client, userId: await logIn(client, from + i) }
  })
}

async function logIn(client: Client, n: number): Promise<string> {
  client.send(T.LOGIN_REQUEST, { username: userName(n), password_hash: PASSWORD })
  return loggedIn.parse(await client.next(T.LOGIN_RESPONSE)).user_id
}

/** Runs the task for 0 to `count` − 1, so many at a time; the results in that order. */
export async function eachOf<R>(
  count: number,
  atATime: number,
  task: (i: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = []
  let next = 0
  async function work(): Promise<void> {
    for (let i = next++; i < count; i = next++) results[i] = await task(i)
  }
  await Promise.all(Array.from({ length: Math.min(atATime, count) }, work))
  return results
}

/** Resolves when everybody has got all that was on its way: frames of one connection keep their order. */
export async function settle(members: readonly Member[]): Promise<void> {
  await Promise.all(
    members.map(({ client }) => {
      client.send(T.HEARTBEAT, { timestamp: 1 })
      return client.next(T.HEARTBEAT)
    }),
  )
}
