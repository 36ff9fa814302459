import type { User } from '../../domain/user.ts'
import type { Effect } from '../effect.ts'
import type { Online } from '../ports/presence.ts'
import type { Tx } from '../ports/transaction.ts'

/** Changes the state of a user who is logged in; silent where nothing changes (PRES-3). */
export async function setState(
  { presence }: Tx,
  user: User,
  state: Online['state'],
): Promise<readonly Effect[]> {
  const present = await presence.find(user.id)
  if (present === undefined || present.state === state) return []
  await presence.put({ ...present, state })
  return [{ kind: 'presence', user, was: present.state, state }]
}
