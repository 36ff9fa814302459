import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { hashSync } from 'bcryptjs'
import { z } from 'zod'
import { LeanClient } from './lean-client.ts'

const PASSWORD = 'the same for all'

const loggedIn = z.object({ success: z.literal(true), session_token: z.string() })
const resumed = z.object({ username: z.string(), session_token: z.string(), call: z.null() })

/** One user of the crowd: what it needs to come back. */
interface Member {
  readonly username: string
  client: LeanClient
  token: string
}

/** Writes users.txt and gives the names in it. All have one password, so that making them costs one hash. */
export function writeAccounts(directory: string, size: number, bcryptCost: number): string[] {
  const hash = hashSync(PASSWORD, bcryptCost)
  const names = Array.from({ length: size }, (_, i) => `user ${i}`)
  const lines = names.map((name, i) => `id-${i}|${name}|${hash}|1700000000\n`)
  writeFileSync(join(directory, 'users.txt'), lines.join(''), { mode: 0o600 })
  return names
}

/** All at once; rejects if a single one does not get in. */
export function logInAll(port: number, usernames: readonly string[]): Promise<Member[]> {
  return Promise.all(
    usernames.map(async (username) => {
      const client = await greet(port)
      client.send({ type: 'LOGIN_REQUEST', payload: { username, password_hash: PASSWORD } })
      const { session_token: token } = loggedIn.parse(await client.next('LOGIN_RESPONSE'))
      return { username, client, token }
    }),
  )
}

export function cutAll(members: readonly Member[]): void {
  for (const { client } of members) client.cut()
}

/** All at once; rejects if a single session is lost, or is another's. */
export async function resumeAll(port: number, members: readonly Member[]): Promise<void> {
  await Promise.all(
    members.map(async (member) => {
      const client = await greet(port)
      client.send({ type: 'RESUME', payload: { session_token: member.token, last_seq: 0 } })
      const { username, session_token } = resumed.parse(await client.next('RESUMED'))
      if (username !== member.username) throw new Error(`${member.username} got the session of ${username}`)
      member.client = client
      member.token = session_token
    }),
  )
}

async function greet(port: number): Promise<LeanClient> {
  const client = await LeanClient.connect(port)
  client.send({ type: 'HELLO', payload: { protocol: 1, client: 'bench', capabilities: ['resume'] } })
  return client
}
