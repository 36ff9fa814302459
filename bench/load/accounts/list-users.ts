import { z } from 'zod'
import { T } from '../../shared/wire.ts'
import type { Member } from '../clients/crowd.ts'

const page = z.object({ users: z.array(z.unknown()) })

export async function listUsers(
  [member]: readonly Member[],
  { pages, limit }: { readonly pages: number; readonly limit: number },
): Promise<void> {
  if (member === undefined) throw new Error('nobody is logged in')
  for (let i = 0; i < pages; i++) {
    member.client.send(T.USER_LIST_REQUEST, { limit })
    const { users } = page.parse(await member.client.next(T.USER_LIST_RESPONSE))
    if (users.length !== limit) throw new Error(`a page of ${users.length} users`)
  }
}
