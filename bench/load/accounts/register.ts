import { z } from 'zod'
import { PASSWORD, userName } from '../../shared/users.ts'
import { T } from '../../shared/wire.ts'
import { type Address, Client } from '../clients/client.ts'

interface Load {
  readonly from: number
  readonly count: number
  readonly atATime: number
}

const registered = z.object({ success: z.literal(true) })

/** Each of so many connections registers one user after another. */
export async function register(address: Address, { from, count, atATime }: Load): Promise<number> {
  const clients = await Promise.all(Array.from({ length: atATime }, () => Client.connect(address)))
  const started = performance.now()
  let next = from
  await Promise.all(
    clients.map(async (client) => {
      for (let n = next++; n < from + count; n = next++) {
        client.send(T.REGISTER_REQUEST, { username: userName(n), password_hash: PASSWORD })
        registered.parse(await client.next(T.REGISTER_RESPONSE))
      }
    }),
  )
  const took = performance.now() - started
  for (const client of clients) client.cut()
  return took
}
